package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Entry;
import io.balsa.storage.memory.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small entries with large results: what is held at once is bounded by the results, for the bytes of the entries say nothing of it. */
class LargeResultsTest {
  private static final int LARGE = 1 << 20;
  private static final int READS = 100;

  private final Machine m = new Machine();

  private static Command.Builder read() {
    return Log.txn(TxnRequest.newBuilder().addThenOps(
        TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(Log.bytes("large")))));
  }

  /** A6: a start applies whatever the log holds, in batches of megabytes of entries, or no node ever starts again. */
  @Test
  void aBatchEndsWhenItsResultsAreLarge() throws IOException {
    m.apply(Log.put("large", "v".repeat(LARGE)));
    long session = m.open(1_000);
    List<Entry> left = new ArrayList<>();
    for (int i = 1; i <= READS; i++) {
      left.add(m.log.command(Log.numbered(session, i, read()).setLowestAwaited(i)));
    }
    int batches = 0;
    for (int before = 0; !left.isEmpty(); before = READS - left.size()) {
      List<Result> results = m.machine.apply(left);
      assertThat(results).hasSizeBetween(1, 8)
          .allSatisfy(result -> assertThat(result.getTxn().getResponses(0).getGet().getKv().getValue().size())
              .isEqualTo(LARGE));
      assertThat(m.machine.applied()).isEqualTo(left.get(results.size() - 1).id());
      assertThat(m.session(session).lastSequence()).isEqualTo(before + results.size());
      left = left.subList(results.size(), left.size());
      batches++;
    }
    assertThat(batches).as("as few as that").isLessThanOrEqualTo(READS / 7);
    assertThat(m.session(session).storedReplies()).isEqualTo(1);
  }

  @Test
  void smallResultsEndNoBatch() throws IOException {
    MemoryStore store = new MemoryStore();
    Machine small = new Machine(store);
    List<Entry> counts = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      counts.add(small.log.command(Log.incr("n", 1)));
    }
    assertThat(small.machine.apply(counts)).hasSize(counts.size());
    assertThat(small.value("n")).isEqualTo("20000");
  }
}
