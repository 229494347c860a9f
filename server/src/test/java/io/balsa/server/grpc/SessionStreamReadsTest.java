package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.action.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S5: reads on a session stream. */
class SessionStreamReadsTest extends SessionStreamFixture {

  @Test
  void aReadSeesTheWritesSentBeforeIt() throws Exception {
    hello();
    consensus.answerReadsAtOnce = false;
    send(incr(1), get(7, 1));
    consensus.answerReads();
    loop.run();
    assertThat(wire.replies()).as("S5: the session has not come so far").isEmpty();
    applyAll();
    assertThat(wire.replies()).hasSize(2);
    assertThat(wire.replies().get(1).getReadId()).isEqualTo(7);
    assertThat(wire.replies().get(1).getGet().getKv().getValue()).isEqualTo(utf8("1"));
  }

  @Test
  void aReadWaitsForItsReadIndex() throws Exception {
    hello();
    consensus.answerReadsAtOnce = false;
    send(get(1, 0));
    assertThat(wire.replies()).isEmpty();
    consensus.answerReads();
    loop.run();
    assertThat(wire.replies()).singleElement().satisfies(r -> assertThat(r.getGet().hasKv()).isFalse());
  }

  /** R1: what may be stale waits for the session and for no read index, when the leader has learned enough lately. */
  @Test
  void aReadThatMayBeStaleAsksNothingAndStillSeesTheWritesSentBeforeIt() throws Exception {
    hello(); // which asked for a read index
    consensus.answerReadsAtOnce = false;
    send(incr(1), stale(7, 1, 0), stale(8, 0, Long.MAX_VALUE), get(9, 1));
    assertThat(consensus.reads).as("of the last two").hasSize(1);
    applyAll();
    assertThat(wire.replies()).hasSize(2);
    assertThat(wire.replies().get(1).getReadId()).isEqualTo(7);
    assertThat(wire.replies().get(1).getGet().getKv().getValue()).isEqualTo(utf8("1"));
    consensus.answerReads();
    loop.run();
    assertThat(wire.replies()).hasSize(4);
    assertThat(wire.replies().get(2).getError().getReason()).isEqualTo("TOO_STALE");
    assertThat(wire.replies().get(3).getGet().hasKv()).isTrue();
  }

  private static StreamRequest stale(long id, long after, long minRevision) {
    StreamRequest.Builder read = get(id, after).toBuilder();
    read.getGetBuilder().getConsistencyBuilder().getStaleBuilder().setMaxAgeMillis(1_000).setMinRevision(minRevision);
    return read.build();
  }

  /** Values may be large: not more are fetched at a time than the server can hold for every stream. */
  @Test
  void manyReadsInOneFrameAreServedAFewAtATime() {
    hello();
    consensus.answerReadsAtOnce = false;
    List<StreamRequest> many = new ArrayList<>();
    for (int id = 1; id <= 1_000; id++) {
      many.add(get(id, 0));
    }
    send(0, many);
    assertThat(wire.asked).isZero();
    int rounds = 0;
    while (!consensus.reads.isEmpty()) {
      assertThat(consensus.reads).hasSize(1);
      consensus.answerReads();
      loop.run();
      rounds++;
    }
    assertThat(rounds).isGreaterThan(5);
    assertThat(wire.replies()).extracting(StreamReply::getReadId).hasSize(1_000).isSorted();
    assertThat(wire.asked).isEqualTo(1);
  }

  @Test
  void anOverloadedReadIsAskedAgain() {
    hello();
    consensus.rejectReads = Rejection.OVERLOADED;
    send(get(1, 0));
    loop.pass(50);
    assertThat(wire.replies()).isEmpty();
    consensus.rejectReads = null;
    loop.pass(10);
    assertThat(wire.replies()).hasSize(1);
  }

  @Test
  void aReadOfASessionThatEndsMeanwhileEndsTheStream() throws Exception {
    hello();
    send(get(1, 5));
    consensus.apply(Commands.closeSession(session));
    loop.run();
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }
}
