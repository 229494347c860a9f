package io.balsa.server.grpc;

import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.AddLearnerResponse;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MemberProgress;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.PromoteResponse;
import io.balsa.proto.v1.RemoveResponse;
import io.balsa.proto.v1.UpdateMemberRequest;
import io.balsa.proto.v1.UpdateMemberResponse;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.config.Labels;
import io.balsa.server.join.MemberChecks;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of the membership, and change. What a record says is checked here, before it is proposed; whether the change may be
 * made at this moment decides the core.
 */
final class MemberChanges {
  private static final long HEARD_NANOS = RaftConfig.DEFAULT.electionTimeoutMinNanos();

  private final Group group;

  MemberChanges(Group group) {
    this.group = group;
  }

  // ---- seen

  MembersResponse members() {
    NodeStatus status = group.consensus().status();
    MembersResponse.Builder response = MembersResponse.newBuilder().setHeader(group.header())
        .setConfigurationIndex(status.committedConfigurationIndex())
        .addAllMembers(wire(status.committedConfiguration()));
    for (PeerStatus peer : status.peers()) {
      response.addProgress(MemberProgress.newBuilder().setId(peer.id().value()).setMatchIndex(peer.matchIndex())
          .setLag(Math.max(0, status.lastIndex() - peer.matchIndex())).setHeard(peer.silentNanos() < HEARD_NANOS)
          .setForgot(peer.hasForgotten()));
    }
    return response.build();
  }

  private static List<Member> wire(Configuration configuration) {
    return configuration.members().stream()
        .map(member -> Member.newBuilder().setId(member.id().value()).setIncarnation(member.incarnation())
            .setVoter(member.voter()).setPeerAddress(member.peerAddress()).setClientAddress(member.clientAddress())
            .setZone(member.zone()).setPriority(member.priority()).build())
        .toList();
  }

  // ---- changed

  void add(AddLearnerRequest request, UnaryAnswer<AddLearnerResponse> answer) {
    Member asked = request.getMember();
    String problem = MemberChecks.idProblem(asked.getId());
    if (problem == null && (asked.getVoter() || asked.getIncarnation() != 0)) {
      problem = "a member is added as a learner that nobody has come with yet; it brings its incarnation itself";
    }
    if (problem == null) {
      problem = Labels.zoneProblem(asked.getZone());
    }
    if (problem != null) {
      answer.fail(Errors.error(Reason.BAD_REQUEST, problem));
      return;
    }
    io.balsa.raft.log.Member added = new io.balsa.raft.log.Member(new NodeId(asked.getId()),
        io.balsa.raft.log.Member.RESERVED, false, asked.getPeerAddress(),
        asked.getClientAddress().isEmpty() ? asked.getPeerAddress() : asked.getClientAddress(), asked.getPriority(),
        asked.getZone());
    if (isWellFormed(added, answer)) {
      change(new MembershipChange.AddLearner(added), answer,
          (configuration, index) -> AddLearnerResponse.newBuilder().setHeader(group.header())
              .setConfigurationIndex(index).addAllMembers(wire(configuration)).build());
    }
  }

  void promote(String id, UnaryAnswer<PromoteResponse> answer) {
    io.balsa.raft.log.Member member = member(id, answer);
    if (member != null) {
      change(new MembershipChange.Promote(member.id()), answer, (configuration, index) -> PromoteResponse.newBuilder()
          .setHeader(group.header()).setConfigurationIndex(index).build());
    }
  }

  /** Of exactly the incarnation that has the id now: one that takes its place meanwhile is not meant. */
  void remove(String id, UnaryAnswer<RemoveResponse> answer) {
    io.balsa.raft.log.Member member = member(id, answer);
    if (member != null) {
      change(new MembershipChange.Remove(member.id(), member.incarnation()), answer,
          (configuration, index) -> RemoveResponse.newBuilder().setHeader(group.header()).setConfigurationIndex(index)
              .build());
    }
  }

  void update(UpdateMemberRequest request, UnaryAnswer<UpdateMemberResponse> answer) {
    String problem = request.hasZone() ? Labels.zoneProblem(request.getZone()) : null;
    if (problem != null) {
      answer.fail(Errors.error(Reason.BAD_REQUEST, problem));
      return;
    }
    io.balsa.raft.log.Member old = member(request.getId(), answer);
    if (old == null) {
      return;
    }
    io.balsa.raft.log.Member updated = new io.balsa.raft.log.Member(old.id(), old.incarnation(), old.voter(),
        request.hasPeerAddress() ? request.getPeerAddress() : old.peerAddress(),
        request.hasClientAddress() ? request.getClientAddress() : old.clientAddress(),
        request.hasPriority() ? request.getPriority() : old.priority(),
        request.hasZone() ? request.getZone() : old.zone());
    if (isWellFormed(updated, answer)) {
      change(new MembershipChange.Update(updated.id(), updated.peerAddress(), updated.clientAddress(),
          updated.priority(), updated.zone()), answer,
          (configuration, index) -> UpdateMemberResponse.newBuilder().setHeader(group.header())
              .setConfigurationIndex(index).build());
    }
  }

  private boolean isWellFormed(io.balsa.raft.log.Member member, UnaryAnswer<?> answer) {
    String problem = MemberChecks.problem(member, group.consensus().status().configuration());
    if (problem != null) {
      answer.fail(Errors.error(Reason.BAD_REQUEST, problem));
    }
    return problem == null;
  }

  /** At the leader, whose newest configuration counts; elsewhere, and for an unknown id, the answer is given. */
  private io.balsa.raft.log.@Nullable Member member(String id, UnaryAnswer<?> answer) {
    NodeStatus status = group.consensus().status();
    io.balsa.raft.log.Member member = status.configuration().members().stream()
        .filter(each -> each.id().value().equals(id)).findFirst().orElse(null);
    if (status.role() != Role.LEADER) {
      answer.fail(group.rejected(Rejection.NOT_LEADER));
      return null;
    }
    if (member == null) {
      answer.fail(Errors.noSuchMember(id, status.configuration()));
    }
    return member;
  }

  private <T> void change(MembershipChange change, UnaryAnswer<T> answer,
      BiFunction<Configuration, Long, T> response) {
    group.consensus().changeMembership(change, new MembershipCallback() {
      @Override
      public void applied(Configuration configuration, long index) {
        answer.ok(() -> response.apply(configuration, index));
      }

      @Override
      public void rejected(MembershipRejection why, String message) {
        answer.fail(Errors.rejected(why, message, group.self(), group.consensus().status()));
      }

      @Override
      public void unknown() {
        answer.fail(Errors.changeUnknown(group.self()));
      }
    });
  }
}
