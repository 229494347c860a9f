package io.balsa.server.grpc;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.space.SpaceQuota;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.Limits;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.jspecify.annotations.Nullable;

/**
 * Makes errors: in a stream they travel as they are, a unary call carries the same as a gRPC status with ErrorInfo of domain
 * "balsa" ({@link #exception}).
 */
public final class Errors {
  static final String DOMAIN = "balsa";
  /** Details of NOT_LEADER. */
  static final String LEADER_ID = "leader_id";
  static final String LEADER_ADDRESS = "leader_address";

  private Errors() {
  }

  /** @param details keys and values in turn */
  public static Error error(Reason reason, String message, String... details) {
    Error.Builder error = Error.newBuilder().setCode(reason.code().value()).setReason(reason.name())
        .setMessage(message);
    for (int i = 0; i + 1 < details.length; i += 2) {
      error.addDetails(Error.Detail.newBuilder().setKey(details[i]).setValue(details[i + 1]));
    }
    return error.build();
  }

  /** The call is in no log: why, and where to go (E1). */
  static Error rejected(Rejection why, NodeId self, NodeStatus status) {
    return why == Rejection.NOT_LEADER ? notLeader(self, status.leader(), status.configuration()) : rejected(why, self);
  }

  /** Where the leader is not known, or of no use. */
  static Error rejected(Rejection why, NodeId self) {
    return switch (why) {
      case OVERLOADED ->
        error(Reason.OVERLOADED, self + " has as much in progress as it takes; try again a little later");
      case STOPPING -> error(Reason.STOPPING, self + " is shutting down; try another node");
      case NO_LEADER, NOT_LEADER -> noLeader(self);
    };
  }

  /** A read that any node may serve, and this one cannot now: whoever leads can. */
  static Error readRejected(Rejection why, NodeId self, NodeStatus status) {
    NodeId leader = status.leader();
    if (why != Rejection.NOT_LEADER || leader == null || leader.equals(self)) {
      return rejected(why, self);
    }
    String address = clientAddress(status.configuration(), leader);
    return error(Reason.NOT_LEADER, self + " cannot serve this read now: its state is behind, or " + leader
        + ", which leads, does not answer it; ask there" + (address.isEmpty() ? "" : ", at " + address)
        + ", or another node", LEADER_ID, leader.value(), LEADER_ADDRESS, address);
  }

  /** R1: what the state here is not older than is older than asked for, and nothing newer can be learned. */
  static Error tooStale(Error why, String maxAgeMillis) {
    return why.toBuilder().setReason(Reason.TOO_STALE.name()).setCode(Reason.TOO_STALE.code().value())
        .setMessage("nothing here is known to be newer than max_age, " + maxAgeMillis + " ms, and: " + why.getMessage())
        .build();
  }

  /** In no log, like every OVERLOADED. */
  static Error tooManyWaiting(NodeId self, int max, String what) {
    return error(Reason.OVERLOADED,
        max + " calls wait for " + what + " at " + self + ", and no more are taken; try again"
            + " a little later",
        "limit", Integer.toString(max));
  }

  /** S4: in no log, like every OVERLOADED. A stream is not read instead. */
  static Error sessionFull(long sessionId) {
    return error(Reason.OVERLOADED, "session " + Long.toUnsignedString(sessionId) + " has as many replies stored as is"
        + " allowed, " + Limits.SESSION_UNACKNOWLEDGED_MAX + " or " + Limits.SESSION_REPLY_BYTES_MAX
        + " bytes less one of "
        + Limits.REPLY_BYTES_MAX + "; acknowledge those that were received with lowest_awaited, here or by KeepAlive");
  }

  /** E3: in no log; nothing that adds values is. */
  static Error noSpace(SpaceQuota space) {
    return error(Reason.NO_SPACE, space.text(), "limit", Long.toString(space.limitBytes()), "size",
        Long.toString(space.usedBytes()));
  }

  static Error noLeader(NodeId self) {
    return error(Reason.NO_LEADER, self + " knows no leader at the moment; try again, or another node");
  }

  /** Where to go instead, if that is known. */
  public static Error notLeader(NodeId self, @Nullable NodeId leader, Configuration configuration) {
    if (leader == null) {
      return noLeader(self);
    }
    if (leader.equals(self)) {
      // It leads by now, or is not ready to: to send the client away would send it in a circle.
      return error(Reason.NO_LEADER, self + " has just become the leader; try again");
    }
    String address = clientAddress(configuration, leader);
    return error(Reason.NOT_LEADER,
        self + " does not lead, " + leader + " does" + (address.isEmpty() ? "" : ", at " + address),
        LEADER_ID, leader.value(), LEADER_ADDRESS, address);
  }

  static String clientAddress(Configuration configuration, NodeId node) {
    Member member = configuration.member(node);
    return member == null ? "" : member.clientAddress();
  }

  static Error outcomeUnknown(NodeId self) {
    return error(Reason.OUTCOME_UNKNOWN, self
        + " lost its leadership, or stopped, while the command was under way: it may have"
        + " been applied, or may be yet; read before you repeat it, or use a session, whose commands are applied once");
  }

  static Error sessionExpired(long sessionId) {
    return error(Reason.SESSION_EXPIRED, "session " + Long.toUnsignedString(sessionId)
        + " has expired or was closed; open another. What became of its unanswered commands is not known");
  }

  static Error leaseNotFound(long leaseId) {
    return error(Reason.LEASE_NOT_FOUND, "there is no lease " + Long.toUnsignedString(leaseId)
        + " (any more): it expired, was revoked or was never granted; grant a new one", "lease",
        Long.toUnsignedString(leaseId));
  }

  static Error refused(ReadRefused refusal) {
    return switch (refusal.reason()) {
      case COMPACTED -> error(Reason.COMPACTED, String.valueOf(refusal.getMessage()), "compacted_revision",
          Long.toString(refusal.revision()));
      case FUTURE_REVISION -> error(Reason.FUTURE_REVISION, String.valueOf(refusal.getMessage()), "current_revision",
          Long.toString(refusal.revision()));
    };
  }

  /** The membership was not changed. */
  static Error rejected(MembershipRejection why, String message, NodeId self, NodeStatus status) {
    return switch (why) {
      case NOT_LEADER -> rejected(Rejection.NOT_LEADER, self, status);
      case NO_LEADER -> error(Reason.NO_LEADER, message.isEmpty() ? self + " knows no leader at the moment" : message);
      case CHANGE_UNDER_WAY -> error(Reason.CHANGE_UNDER_WAY, message + "; try again in a moment");
      case NOT_CAUGHT_UP -> error(Reason.NOT_CAUGHT_UP, message);
      case QUORUM_AT_RISK -> error(Reason.QUORUM_AT_RISK,
          message + "; start those that are silent first, or remove first those that will not come back");
      case UNKNOWN_MEMBER -> error(Reason.NO_SUCH_MEMBER, message);
      case ALREADY_MEMBER -> error(Reason.ALREADY_MEMBER, message);
      case WRONG_INCARNATION -> error(Reason.WRONG_INCARNATION, message);
      case NOT_A_LEARNER -> error(Reason.NOT_A_LEARNER, message);
      case LAST_VOTER -> error(Reason.LAST_VOTER, message + "; promote another member first");
      case TOO_MANY_MEMBERS -> error(Reason.TOO_MANY_MEMBERS, message);
    };
  }

  static Error changeUnknown(NodeId self) {
    return error(Reason.OUTCOME_UNKNOWN, self
        + " lost its leadership, or stopped, while the change was under way: it may have been made, or may be yet; ask for the"
        + " members ('balsa member list') before you repeat it");
  }

  static Error noSuchMember(String id, Configuration members) {
    return error(Reason.NO_SUCH_MEMBER, "no member is called " + id + "; the members are "
        + members.members().stream().map(member -> member.id().value()).toList());
  }

  /** The same error as the status of a unary call. */
  public static StatusRuntimeException exception(Error error) {
    ErrorInfo.Builder info = ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(error.getReason());
    for (Error.Detail detail : error.getDetailsList()) {
      info.putMetadata(detail.getKey(), detail.getValue());
    }
    return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder().setCode(error.getCode())
        .setMessage(error.getMessage()).addDetails(Any.pack(info.build())).build());
  }
}
