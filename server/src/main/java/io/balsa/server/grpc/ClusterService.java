package io.balsa.server.grpc;

import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.AddLearnerResponse;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.HashResponse;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.PromoteRequest;
import io.balsa.proto.v1.PromoteResponse;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.RemoveResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.TransferLeadershipRequest;
import io.balsa.proto.v1.TransferLeadershipResponse;
import io.balsa.proto.v1.UpdateMemberRequest;
import io.balsa.proto.v1.UpdateMemberResponse;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.snapshot.SnapshotCounts;
import io.balsa.storage.state.HashTask;
import io.balsa.storage.state.StateHash;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The node itself: always answered while it runs, also before it has formed a cluster. */
public final class ClusterService extends ClusterGrpc.ClusterImplBase {
  /** Each may hold files of a state that has long gone on. */
  private static final int BACKUPS_MAX = 4;
  /** An index may never come, and each hash under way holds a snapshot of the state. */
  private static final int HASHES_MAX = 64;

  private final Serving serving;
  private final NodeFacts facts;
  private final Supplier<Loop> loops;
  private final BoundedWaits hashes = new BoundedWaits(HASHES_MAX);
  /** Each reads all of the state. */
  private final OneAtATime hashing = new OneAtATime();
  private final BoundedWaits backups = new BoundedWaits(BACKUPS_MAX);

  ClusterService(Serving serving, NodeFacts facts, Supplier<Loop> loops) {
    this.serving = serving;
    this.facts = facts;
    this.loops = loops;
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
    UnaryAnswer<StatusResponse> answer = new UnaryAnswer<>(observer, loops.get());
    answer.ok(this::status);
  }

  private StatusResponse status() {
    StatusResponse.Builder response = StatusResponse.newBuilder().setPid(ProcessHandle.current().pid())
        .setVersion(facts.version()).setUptimeMillis(facts.uptimeMillis()).setReady(facts.ready())
        .addAllAlarms(facts.alarms()).addAllWaitingFor(serving.waitingFor());
    Group group = serving.group();
    if (group == null) {
      return response.setHeader(ResponseHeader.newBuilder().setClusterId(serving.clusterId())
          .setMemberId(serving.self().value())).build();
    }
    NodeStatus status = group.consensus().status();
    NodeId leader = status.leader();
    SnapshotCounts snapshots = facts.snapshots();
    return response.setHeader(group.header()).setRole(role(status.role()))
        .setLeaderId(leader == null ? "" : leader.value())
        .setCommitIndex(status.commitIndex()).setAppliedIndex(status.appliedIndex()).setLastIndex(status.lastIndex())
        .setFirstIndex(status.firstIndex()).setLogBytes(facts.logBytes()).setStateBytes(facts.stateBytes())
        .setSnapshotsTaken(snapshots.taken()).setSnapshotsReceived(snapshots.received())
        .setSnapshotsInstalled(snapshots.installed())
        .setClusterTimeMillis(TimeUnit.NANOSECONDS.toMillis(group.reads().clusterTimeNanos())).build();
  }

  private static Role role(io.balsa.raft.action.Role role) {
    return switch (role) {
      case LEARNER -> Role.LEARNER;
      case FOLLOWER -> Role.FOLLOWER;
      case PRE_CANDIDATE -> Role.PRE_CANDIDATE;
      case CANDIDATE -> Role.CANDIDATE;
      case LEADER -> Role.LEADER;
    };
  }

  @Override
  public void members(MembersRequest request, StreamObserver<MembersResponse> observer) {
    UnaryAnswer<MembersResponse> answer = new UnaryAnswer<>(observer, loops.get());
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
      return;
    }
    answer.ok(new MemberChanges(group)::members);
  }

  @Override
  public void transferLeadership(TransferLeadershipRequest request,
      StreamObserver<TransferLeadershipResponse> observer) {
    UnaryAnswer<TransferLeadershipResponse> answer = new UnaryAnswer<>(observer, loops.get());
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
      return;
    }
    NodeStatus status = group.consensus().status();
    List<NodeId> targets = request.getTargetId().isEmpty() ? facts.transferTargets()
        : status.configuration().voters().stream().filter(id -> id.value().equals(request.getTargetId())).toList();
    if (status.role() != io.balsa.raft.action.Role.LEADER) {
      answer.fail(group.rejected(Rejection.NOT_LEADER));
    } else if (targets.isEmpty()) {
      answer.fail(request.getTargetId().isEmpty()
          ? Errors.error(Reason.TRANSFER_FAILED, "there is no other voter to hand leadership to")
          : Errors.error(Reason.NO_SUCH_MEMBER, "no voter is called " + request.getTargetId() + "; the voters are "
              + status.configuration().voters()));
    } else {
      transfer(group, targets.getFirst(), answer);
    }
  }

  private static void transfer(Group group, NodeId target, UnaryAnswer<TransferLeadershipResponse> answer) {
    group.consensus().transferLeadership(target, (transferred, why) -> {
      if (transferred) {
        answer.ok(() -> TransferLeadershipResponse.newBuilder().setHeader(group.header()).setLeaderId(target.value())
            .build());
      } else {
        answer.fail(Errors.error(Reason.TRANSFER_FAILED, "leadership was not handed to " + target + ": " + why));
      }
    });
  }

  @Override
  public void hash(HashRequest request, StreamObserver<HashResponse> observer) {
    UnaryAnswer<HashResponse> answer = new UnaryAnswer<>(observer, loops.get());
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
    } else if (request.getIndex() < 0) {
      answer.fail(Errors.error(Reason.BAD_REQUEST, "index " + request.getIndex() + " is negative"));
    } else {
      BoundedWaits.Wait wait = hashes.begin(answer);
      if (wait == null) {
        answer.fail(Errors.tooManyWaiting(group.self(), hashes.max(), "a state hash"));
        return;
      }
      // A8: the snapshot is taken between two batches, on the applier's thread; the work is done elsewhere.
      wait.whenEnded(group.consensus().whenApplied(request.getIndex(), applied -> hash(group, answer, wait)));
    }
  }

  private void hash(Group group, UnaryAnswer<HashResponse> answer, BoundedWaits.Wait wait) {
    HashTask task = hashTask(group);
    hashing.run(group, () -> {
      StateHash hash = compute(group, task);
      if (wait.end()) {
        answer.ok(() -> HashResponse.newBuilder().setHeader(group.header(hash.revision()))
            .setAppliedIndex(hash.appliedIndex()).setRevision(hash.revision())
            .setCompactedRevision(hash.compactedRevision()).setHash(hash.hash()).build());
      }
    });
  }

  /** A snapshot that was installed meanwhile ends the task: the hash is then of what it brought, and says so. */
  private static StateHash compute(Group group, HashTask task) throws IOException {
    try {
      return task.compute();
    } catch (StoreClosedException e) {
      return group.reads().hash().compute();
    }
  }

  private static HashTask hashTask(Group group) {
    try {
      return group.reads().hash();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // on the applier's thread: the end of the process
    }
  }

  @Override
  public void saveSnapshot(SaveSnapshotRequest request, StreamObserver<SaveSnapshotResponse> observer) {
    var call = (ServerCallStreamObserver<SaveSnapshotResponse>) observer;
    Group group = serving.group();
    if (group == null) {
      observer.onError(Errors.exception(serving.notFormed()));
    } else if (request.getMinIndex() < 0) {
      observer.onError(
          Errors.exception(Errors.error(Reason.BAD_REQUEST, "index " + request.getMinIndex() + " is negative")));
    } else {
      BoundedWaits.Wait place = backups.begin();
      if (place == null) {
        observer.onError(Errors.exception(Errors.tooManyWaiting(group.self(), backups.max(), "a backup")));
        return;
      }
      new SaveSnapshotCall(request, call, loops.get(), group, facts, place).begin();
    }
  }

  @Override
  public void addLearner(AddLearnerRequest request, StreamObserver<AddLearnerResponse> observer) {
    withMembers(new UnaryAnswer<>(observer, loops.get()), (members, answer) -> members.add(request, answer));
  }

  @Override
  public void promote(PromoteRequest request, StreamObserver<PromoteResponse> observer) {
    withMembers(new UnaryAnswer<>(observer, loops.get()),
        (members, answer) -> members.promote(request.getId(), answer));
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<RemoveResponse> observer) {
    withMembers(new UnaryAnswer<>(observer, loops.get()), (members, answer) -> members.remove(request.getId(), answer));
  }

  @Override
  public void updateMember(UpdateMemberRequest request, StreamObserver<UpdateMemberResponse> observer) {
    withMembers(new UnaryAnswer<>(observer, loops.get()), (members, answer) -> members.update(request, answer));
  }

  private <T> void withMembers(UnaryAnswer<T> answer, BiConsumer<MemberChanges, UnaryAnswer<T>> call) {
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
    } else {
      call.accept(new MemberChanges(group), answer);
    }
  }
}
