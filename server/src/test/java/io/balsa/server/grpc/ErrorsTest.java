package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E1: what each reason means to a client is in its status code, and no code changes by accident. */
class ErrorsTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final Configuration MEMBERS = new Configuration(
      List.of(new Member(N1, 1, true, "p1", "c1"), new Member(N2, 2, true, "p2", "c2")));

  @ParameterizedTest
  @CsvSource({"NOT_LEADER, UNAVAILABLE", "NO_LEADER, UNAVAILABLE", "STOPPING, UNAVAILABLE",
      "OVERLOADED, RESOURCE_EXHAUSTED", "NO_SPACE, RESOURCE_EXHAUSTED", "OUTCOME_UNKNOWN, UNKNOWN",
      "KEY_EMPTY, INVALID_ARGUMENT",
      "KEY_TOO_LARGE, INVALID_ARGUMENT", "VALUE_TOO_LARGE, INVALID_ARGUMENT", "REQUEST_TOO_LARGE, INVALID_ARGUMENT",
      "LOCK_NAME_EMPTY, INVALID_ARGUMENT", "LOCK_NAME_TOO_LARGE, INVALID_ARGUMENT",
      "LOCK_OWNER_TOO_LARGE, INVALID_ARGUMENT", "TXN_TOO_LARGE, INVALID_ARGUMENT", "DUPLICATE_KEY, INVALID_ARGUMENT",
      "TTL_OUT_OF_RANGE, INVALID_ARGUMENT", "SESSION_REQUIRED, INVALID_ARGUMENT", "LEASE_NOT_FOUND, NOT_FOUND",
      "TOO_MANY_AWAITS, RESOURCE_EXHAUSTED", "BAD_REQUEST, INVALID_ARGUMENT", "PERMISSION_DENIED, PERMISSION_DENIED",
      "COMPACTED, OUT_OF_RANGE", "FUTURE_REVISION, OUT_OF_RANGE", "TOO_STALE, UNAVAILABLE",
      "SESSION_EXPIRED, FAILED_PRECONDITION", "REPLY_DROPPED, FAILED_PRECONDITION",
      "WRONG_SEQUENCE, FAILED_PRECONDITION", "SUPERSEDED, ABORTED", "CLUSTER_CHANGED, FAILED_PRECONDITION",
      "TRANSFER_FAILED, FAILED_PRECONDITION", "NO_SUCH_MEMBER, NOT_FOUND", "ALREADY_MEMBER, ALREADY_EXISTS",
      "CHANGE_UNDER_WAY, FAILED_PRECONDITION", "NOT_CAUGHT_UP, FAILED_PRECONDITION",
      "QUORUM_AT_RISK, FAILED_PRECONDITION", "WRONG_INCARNATION, FAILED_PRECONDITION",
      "NOT_A_LEARNER, FAILED_PRECONDITION", "LAST_VOTER, FAILED_PRECONDITION",
      "TOO_MANY_MEMBERS, FAILED_PRECONDITION", "INTERNAL, INTERNAL"})
  void theTable(Reason reason, Status.Code code) {
    assertThat(reason.code()).isEqualTo(code);
  }

  /** A reason that is added must be added to the table above, too. */
  @Test
  void theTableIsComplete() {
    assertThat(Reason.values()).hasSize(40);
  }

  @Test
  void notLeaderSaysWhoLeadsAndWhere() {
    Error error = Errors.notLeader(N1, N2, MEMBERS);
    assertThat(error.getReason()).isEqualTo("NOT_LEADER");
    assertThat(error.getDetailsList()).extracting(d -> d.getKey() + "=" + d.getValue())
        .containsExactly("leader_id=n2", "leader_address=c2");
  }

  @Test
  void whereNoLeaderIsKnownNobodyIsSentAnywhere() {
    assertThat(Errors.notLeader(N1, null, MEMBERS).getReason()).isEqualTo("NO_LEADER");
    assertThat(Errors.notLeader(N1, N1, MEMBERS).getReason()).as("not in a circle").isEqualTo("NO_LEADER");
  }

  @Test
  void aRejectionIsNeverTheWordForWhatMayHaveHappened() {
    for (Rejection why : Rejection.values()) {
      assertThat(Errors.rejected(why, N1).getReason()).isIn("NO_LEADER", "OVERLOADED", "STOPPING");
    }
    assertThat(Errors.outcomeUnknown(N1).getCode()).isEqualTo(Status.Code.UNKNOWN.value());
  }

  @Test
  void aUnaryCallCarriesTheSameAsAStream() throws Exception {
    StatusRuntimeException exception = Errors.exception(Errors.notLeader(N1, N2, MEMBERS));
    assertThat(exception.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    ErrorInfo info = StatusProto.fromThrowable(exception).getDetails(0).unpack(ErrorInfo.class);
    assertThat(info.getDomain()).isEqualTo("balsa");
    assertThat(info.getReason()).isEqualTo("NOT_LEADER");
    assertThat(info.getMetadataMap()).containsEntry("leader_id", "n2").containsEntry("leader_address", "c2");
  }
}
