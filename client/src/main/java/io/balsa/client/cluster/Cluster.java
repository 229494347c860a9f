package io.balsa.client.cluster;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.rpc.ClientRuntime;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.AddLearnerResponse;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.HashResponse;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.PromoteRequest;
import io.balsa.proto.v1.PromoteResponse;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.RemoveResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.TransferLeadershipRequest;
import io.balsa.proto.v1.TransferLeadershipResponse;
import io.balsa.proto.v1.UpdateMemberRequest;
import io.balsa.proto.v1.UpdateMemberResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The cluster itself. Needs no session. Blocking methods throw {@link BalsaException}; their {@code ...Async} twins end with
 * the same. Immutable and safe for use by any thread.
 */
public final class Cluster {
  private final ClientRuntime runtime;
  private final Duration timeout;

  /** For the SDK itself: use {@code BalsaClient.cluster()}. */
  public Cluster(ClientRuntime runtime, Duration timeout) {
    this.runtime = runtime;
    this.timeout = timeout;
  }

  /** The same with another time for each call. */
  public Cluster withTimeout(Duration other) {
    return new Cluster(runtime, other);
  }

  /** The members as the first node that answers knows them; the leader is asked first. */
  public List<MemberInfo> members() {
    return runtime.await(membersAsync(), false);
  }

  /** As {@link #members()}, without waiting. */
  public CompletableFuture<List<MemberInfo>> membersAsync() {
    return runtime.leaderCalls().readAnywhere(ClusterGrpc.getMembersMethod(), MembersRequest.getDefaultInstance(),
        MembersResponse::getHeader, Cluster::members, timeout);
  }

  /**
   * The members as the node at this address knows them; the leader's answer tells besides how the others do.
   *
   * @throws BalsaException
   *           when it does not answer within the timeout
   */
  public List<MemberInfo> members(String endpoint) {
    return runtime.await(membersAsync(endpoint), false);
  }

  /** As {@link #members(String)}, without waiting. */
  public CompletableFuture<List<MemberInfo>> membersAsync(String endpoint) {
    return runtime.leaderCalls().ask(endpoint, ClusterGrpc.getMembersMethod(), MembersRequest.getDefaultInstance(),
        Cluster::members, timeout);
  }

  private static List<MemberInfo> members(MembersResponse response) {
    Map<String, MemberProgress> progress = new HashMap<>();
    response.getProgressList().forEach(each -> progress.put(each.getId(),
        new MemberProgress(each.getMatchIndex(), each.getLag(), each.getHeard(), each.getForgot())));
    return response.getMembersList().stream()
        .map(member -> member(member, Optional.ofNullable(progress.get(member.getId())))).toList();
  }

  private static MemberInfo member(Member member, Optional<MemberProgress> progress) {
    return new MemberInfo(member.getId(), member.getIncarnation(), member.getVoter(), member.getPeerAddress(),
        member.getClientAddress(), member.getZone(), member.getPriority(), progress);
  }

  /**
   * Adds a member: a learner, which gets the log and counts for nothing until it is promoted. Its node is started after that, with an
   * empty directory and {@code --join}.
   *
   * @param peerAddress
   *          {@code host:port} where other nodes dial it
   * @return the members with it
   * @throws BalsaException
   *           refused ({@code ALREADY_MEMBER}, {@code CHANGE_UNDER_WAY}, ...), or of unknown outcome after a failover: then
   *           {@link #members()} tells
   */
  public List<MemberInfo> addLearner(String id, String peerAddress, MemberOption... options) {
    return runtime.await(addLearnerAsync(id, peerAddress, options), true);
  }

  /** As {@link #addLearner}, without waiting. */
  public CompletableFuture<List<MemberInfo>> addLearnerAsync(String id, String peerAddress, MemberOption... options) {
    Member.Builder member = Member.newBuilder().setId(id).setPeerAddress(peerAddress);
    MemberOption.apply(member, options);
    return runtime.leaderCalls().mutate(ClusterGrpc.getAddLearnerMethod(),
        AddLearnerRequest.newBuilder().setMember(member).build(), Cluster::members, timeout);
  }

  private static List<MemberInfo> members(AddLearnerResponse response) {
    return response.getMembersList().stream().map(member -> member(member, Optional.empty())).toList();
  }

  /**
   * Makes a learner a voter.
   *
   * @throws BalsaException
   *           refused ({@code NOT_CAUGHT_UP} with what it lacks, {@code QUORUM_AT_RISK}, {@code NO_SUCH_MEMBER}, ...), or of unknown
   *           outcome after a failover
   */
  public void promote(String id) {
    runtime.await(promoteAsync(id), true);
  }

  /** As {@link #promote}, without waiting; ends with the index from which it counts. */
  public CompletableFuture<Long> promoteAsync(String id) {
    return runtime.leaderCalls().mutate(ClusterGrpc.getPromoteMethod(), PromoteRequest.newBuilder().setId(id).build(),
        PromoteResponse::getConfigurationIndex, timeout);
  }

  /**
   * Removes a member, of whatever kind; its node stops, and never comes back with what it has on disk.
   *
   * @throws BalsaException
   *           refused ({@code QUORUM_AT_RISK} when the others are no healthy majority, {@code LAST_VOTER}, {@code NO_SUCH_MEMBER},
   *           ...), or of unknown outcome after a failover
   */
  public void remove(String id) {
    runtime.await(removeAsync(id), true);
  }

  /** As {@link #remove}, without waiting; ends with the index from which it is no member. */
  public CompletableFuture<Long> removeAsync(String id) {
    return runtime.leaderCalls().mutate(ClusterGrpc.getRemoveMethod(), RemoveRequest.newBuilder().setId(id).build(),
        RemoveResponse::getConfigurationIndex, timeout);
  }

  /**
   * Changes what a member's record says: addresses, zone, priority. What no option names stays.
   *
   * @throws BalsaException
   *           refused, or of unknown outcome after a failover
   */
  public void update(String id, MemberOption... options) {
    runtime.await(updateAsync(id, options), true);
  }

  /** As {@link #update}, without waiting; ends with the index from which that counts. */
  public CompletableFuture<Long> updateAsync(String id, MemberOption... options) {
    UpdateMemberRequest.Builder update = UpdateMemberRequest.newBuilder().setId(id);
    MemberOption.apply(update, options);
    return runtime.leaderCalls().mutate(ClusterGrpc.getUpdateMemberMethod(), update.build(),
        UpdateMemberResponse::getConfigurationIndex, timeout);
  }

  /** An address of a member as this client dials it: through its {@code AddressResolver}. */
  public String resolve(String advertised) {
    return runtime.resolve(advertised);
  }

  /**
   * How the node at this address is. The address is dialled as it is: pass members' addresses through {@link #resolve}.
   *
   * @throws BalsaException
   *           when it does not answer within the timeout
   */
  public NodeStatus status(String endpoint) {
    return runtime.await(statusAsync(endpoint), false);
  }

  /** As {@link #status(String)}, without waiting. */
  public CompletableFuture<NodeStatus> statusAsync(String endpoint) {
    return runtime.leaderCalls().ask(endpoint, ClusterGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(),
        Cluster::status, timeout);
  }

  private static NodeStatus status(StatusResponse status) {
    return new NodeStatus(status.getHeader().getMemberId(), status.getHeader().getClusterId(), status.getRole().name(),
        status.getHeader().getTerm(), status.getLeaderId(), status.getHeader().getRevision(), status.getCommitIndex(),
        status.getAppliedIndex(), status.getFirstIndex(), status.getLastIndex(), status.getLogBytes(),
        status.getStateBytes(), status.getPid(), status.getVersion(), status.getReady(), status.getAlarmsList(),
        status.getWaitingForList(), status.getClusterTimeMillis(), status.getUptimeMillis());
  }

  /** How the node at every known address is, asked all at once; those that do not answer are told too. Never throws for one. */
  public List<EndpointStatus> statuses() {
    return runtime.await(statusesAsync(), false);
  }

  /** As {@link #statuses()}, without waiting. */
  public CompletableFuture<List<EndpointStatus>> statusesAsync() {
    return runtime.endpoints().thenCompose(known -> {
      List<CompletableFuture<EndpointStatus>> asked = known.stream().map(this::endpointStatus).toList();
      return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
          .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
    });
  }

  private CompletableFuture<EndpointStatus> endpointStatus(String endpoint) {
    return statusAsync(endpoint).handle((status, error) -> error == null
        ? new EndpointStatus(endpoint, Optional.of(status), Optional.empty())
        : new EndpointStatus(endpoint, Optional.empty(), Optional.of(balsa(error))));
  }

  private static BalsaException balsa(Throwable error) {
    Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof BalsaException balsa ? balsa : Errors.unexpected(cause);
  }

  /**
   * Hands leadership over.
   *
   * @param targetId
   *          the member to lead; empty: the most advanced other voter
   * @return who leads then
   */
  public String transferLeadership(String targetId) {
    return runtime.await(transferLeadershipAsync(targetId), true);
  }

  /** As {@link #transferLeadership(String)}, without waiting. */
  public CompletableFuture<String> transferLeadershipAsync(String targetId) {
    return runtime.leaderCalls().mutate(ClusterGrpc.getTransferLeadershipMethod(),
        TransferLeadershipRequest.newBuilder().setTargetId(targetId).build(),
        TransferLeadershipResponse::getLeaderId, timeout);
  }

  /**
   * The hash of the state of the node at this address right after an entry was applied.
   *
   * @param index
   *          that entry; 0: the one applied now. One already passed: the answer says which index it is of.
   */
  public StateHash hash(String endpoint, long index) {
    return runtime.await(hashAsync(endpoint, index), false);
  }

  /** As {@link #hash(String, long)}, without waiting. */
  public CompletableFuture<StateHash> hashAsync(String endpoint, long index) {
    return runtime.leaderCalls().ask(endpoint, ClusterGrpc.getHashMethod(),
        HashRequest.newBuilder().setIndex(index).build(), Cluster::hash, timeout);
  }

  private static StateHash hash(HashResponse hash) {
    return new StateHash(hash.getAppliedIndex(), hash.getRevision(), hash.getCompactedRevision(), hash.getHash());
  }
}
