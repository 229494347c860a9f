package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.SessionContext;
import io.balsa.raft.action.Rejection;
import io.balsa.server.config.RequestLimits;
import io.balsa.storage.state.Limits;
import io.grpc.BindableService;
import org.junit.jupiter.api.Test;

/** S4 for clients that number unary calls: a stream is not read beyond the bounds, these are refused. */
class UnarySessionsTest extends ServiceFixture {
  @Override
  BindableService service() {
    return new KvService(serving, checks, () -> loop);
  }

  private ListenableFuture<IncrResponse> incr(long session, long sequence, long lowestAwaited) {
    return KvGrpc.newFutureStub(channel).incr(IncrRequest.newBuilder().setKey(utf8("n")).setDelta(1)
        .setSession(context(session, sequence, lowestAwaited)).build());
  }

  private ListenableFuture<PutResponse> put(long session, long sequence, long lowestAwaited) {
    return KvGrpc.newFutureStub(channel).put(PutRequest.newBuilder().setKey(utf8("large")).setPrevKv(true)
        .setValue(ByteString.copyFrom(new byte[RequestLimits.DEFAULT.valueBytesMax()]))
        .setSession(context(session, sequence, lowestAwaited)).build());
  }

  private static SessionContext context(long session, long sequence, long lowestAwaited) {
    return SessionContext.newBuilder().setSessionId(session).setSequence(sequence).setLowestAwaited(lowestAwaited)
        .build();
  }

  @Test
  void s4_whoAcknowledgesNothingIsRefusedAtTheBoundUntilItDoes() throws Exception {
    long session = openSession(10_000);
    int max = Limits.SESSION_UNACKNOWLEDGED_MAX;
    for (int sequence = 1; sequence <= max; sequence++) {
      var unused = incr(session, sequence, 0);
    }
    loop.run();
    consensus.applyAll();
    assertThat(consensus.state().session(session).storedReplies()).isEqualTo(max);

    assertThat(refused(incr(session, max + 1, 1))).isEqualTo("OVERLOADED");
    assertThat(answer(incr(session, 5, 1)).getValue()).as("a repeat adds nothing").isEqualTo(5);
    assertThat(refused(incr(session, max + 9, 1))).as("and what is in no place is no better off")
        .isEqualTo("OVERLOADED");
    assertThat(answer(incr(session, max + 1, 2)).getValue()).as("it acknowledges one").isEqualTo(max + 1);
    assertThat(refused(incr(session, max + 2, 2))).isEqualTo("OVERLOADED");
    consensus.apply(Commands.renew(Renew.newBuilder()
        .addRenewals(Renew.Renewal.newBuilder().setId(session).setLowestAwaited(100))));
    assertThat(answer(incr(session, max + 2, 0)).getValue()).as("a KeepAlive has acknowledged").isEqualTo(max + 2);
    assertThat(refused(incr(session, max + 9, 0))).isEqualTo("WRONG_SEQUENCE");
  }

  @Test
  void s4_storedRepliesAreBoundedByTheirBytes() throws Exception {
    long session = openSession(10_000);
    int sequence = 1;
    while (sequence < 100 && !isRefused(put(session, sequence, 0))) {
      sequence++;
    }
    long stored = consensus.state().session(session).storedReplyBytes();
    assertThat(stored).isBetween(Limits.SESSION_REPLY_BYTES_MAX - 2 * Limits.REPLY_BYTES_MAX,
        Limits.SESSION_REPLY_BYTES_MAX);
    assertThat(refused(put(session, sequence, 2))).as("what one acknowledged reply frees may be little")
        .isEqualTo("OVERLOADED");
    assertThat(answer(put(session, sequence, sequence)).hasPrevKv()).as("all are acknowledged").isTrue();
    assertThat(consensus.state().session(session).storedReplies()).isEqualTo(1);
  }

  /** Whether it was answered before it was applied; applies it. */
  private boolean isRefused(ListenableFuture<?> call) throws Exception {
    loop.run();
    boolean refused = call.isDone();
    consensus.applyAll();
    loop.run();
    return refused;
  }

  /** Its state may be behind, and acknowledging here would help nobody. */
  @Test
  void whoeverFollowsSendsTheCallerOn() throws Exception {
    long session = openSession(10_000);
    for (int sequence = 1; sequence <= Limits.SESSION_UNACKNOWLEDGED_MAX; sequence++) {
      var unused = incr(session, sequence, 0);
    }
    loop.run();
    consensus.applyAll();
    consensus.leader = FakeConsensus.OTHER;
    consensus.rejectProposals = Rejection.NOT_LEADER;
    assertThat(refused(incr(session, Limits.SESSION_UNACKNOWLEDGED_MAX + 1, 0))).isEqualTo("NOT_LEADER");
  }
}
