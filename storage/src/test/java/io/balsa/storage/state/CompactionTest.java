package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.RefusedCommand;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.EntryType;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.ReadRefused;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compact as a command: it moves the floor, and nothing else. */
final class CompactionTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void theFloorRisesAndTheRevisionStays() {
    put("a", 4);
    Result result = m.apply(Log.compact(3));
    assertThat(result.hasCompact()).isTrue();
    assertThat(result.getRevision()).isEqualTo(5);
    assertThat(m.revision()).isEqualTo(5);
    assertThat(m.machine.reads().compactedRevision()).isEqualTo(3);
    assertThat(m.get("a", 3).getValue().toStringUtf8()).isEqualTo("3");
    assertCompacted(2, 3);
    assertThat(m.apply(Log.compact(3)).hasCompact()).as("again: done").isTrue();
    assertThat(m.apply(Log.compact(5)).hasCompact()).as("up to the newest").isTrue();
    assertThat(m.value("a")).isEqualTo("5");
    assertCompacted(4, 5);
  }

  @Test
  void whatIsNotThereToBeCompactedIsRefusedAndNothingChanges() {
    put("a", 4);
    m.apply(Log.compact(3));
    StateHash before = m.hash();
    Result future = m.apply(Log.compact(6));
    assertRefused(future, StatusCode.OUT_OF_RANGE, "FUTURE_REVISION");
    assertThat(future.getError().getDetails(0)).isEqualTo(detail("current_revision", "5"));
    Result past = m.apply(Log.compact(2));
    assertRefused(past, StatusCode.OUT_OF_RANGE, "COMPACTED");
    assertThat(past.getError().getDetails(0)).isEqualTo(detail("compacted_revision", "3"));
    assertRefused(m.apply(Log.compact(0)), StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
    assertRefused(m.apply(Log.compact(-1)), StatusCode.INVALID_ARGUMENT, "BAD_REQUEST");
    assertThat(m.machine.reads().compactedRevision()).isEqualTo(before.compactedRevision());
    assertThat(m.revision()).isEqualTo(before.revision());
  }

  @Test
  void anEmptyStoreIsCompactedToItsFirstRevision() {
    assertThat(m.apply(Log.compact(1)).hasCompact()).isTrue();
    assertThat(m.get("a", 1)).isNull();
    assertRefused(m.apply(Log.compact(2)), StatusCode.OUT_OF_RANGE, "FUTURE_REVISION");
  }

  @Test
  void s3_aSessionsCompactionIsNumberedAndItsReplyStored() {
    long session = m.open(1_000);
    m.apply(Log.numbered(session, 1, Log.put("a", "1")));
    Result first = m.apply(Log.numbered(session, 2, Log.compact(2)));
    assertThat(first.hasCompact()).isTrue();
    m.apply(Log.numbered(session, 3, Log.put("a", "2")));
    m.apply(Log.numbered(session, 4, Log.compact(3)));
    assertThat(m.apply(Log.numbered(session, 2, Log.compact(2)))).as("no COMPACTED").isEqualTo(first);
    Result refused = m.apply(Log.numbered(session, 5, Log.compact(9)));
    assertRefused(refused, StatusCode.OUT_OF_RANGE, "FUTURE_REVISION");
    m.apply(Log.numbered(session, 6, Log.put("a", "3")));
    assertThat(m.apply(Log.numbered(session, 5, Log.compact(9)))).isEqualTo(refused);
    assertThat(m.session(session).lastSequence()).isEqualTo(6);
  }

  /** A2. */
  @Test
  void laterEntriesOfTheBatchSeeTheFloor() throws Exception {
    m.log.command(Log.put("a", "1"));
    m.log.command(Log.put("a", "2"));
    m.log.command(unchangedSince(2));
    m.log.command(Log.compact(3));
    m.log.command(unchangedSince(2));
    m.log.command(unchangedSince(3));
    m.log.command(Log.compact(2));
    List<Result> results = m.machine.apply(m.log.entries);
    assertThat(results.get(2).getTxn().getSucceeded()).isFalse();
    assertThat(results.get(4).getTxn().getSucceeded()).as("below the floor: a conflict").isFalse();
    assertThat(results.get(5).getTxn().getSucceeded()).isTrue();
    assertRefused(results.get(6), StatusCode.OUT_OF_RANGE, "COMPACTED");
    Machine oneByOne = new Machine();
    for (var entry : m.log.entries) {
      oneByOne.machine.apply(List.of(entry));
    }
    assertThat(oneByOne.hash()).isEqualTo(m.hash());
    assertThat(new Machine(store).machine.reads().compactedRevision()).as("rebuilt").isEqualTo(3);
  }

  /** A1: of a tombstone below the floor some nodes have nothing left, and one that was made in this very batch is still in memory. */
  @Test
  void a1_whatAGuardCostsDoesNotDependOnWhatWasDeleted() throws Exception {
    m.apply(Log.put("a", "1"));
    m.apply(Log.delete("a"));
    m.apply(Log.put("b", "1"));
    m.apply(Log.compact(4));
    while (HistoryRemoval.removePiece(store, 1).more()) {
      // Until nothing is left.
    }
    assertThat(m.apply(unchangedSince(4)).getTxn().getSucceeded()).isTrue();
    m.apply(Log.put("a", "2"));
    assertThat(m.apply(unchangedSince(4)).getTxn().getSucceeded()).isFalse();
    assertThat(m.get("a").getVersion()).isEqualTo(1);
    assertThat(m.get("a").getCreateRevision()).isEqualTo(5);
  }

  /** The bytes of a log are read for ever. */
  @Test
  void theCommandsBytes() {
    put("a", 2);
    assertThat(HexFormat.of().formatHex(applied("0801 c201 02 0802").toByteArray())).isEqualTo("0803c20100");
    Result refused = applied("0801 ca01 0b 0a09 0808 1203 4e4f50 1a00");
    assertThat(refused.getError()).isEqualTo(Error.newBuilder().setCode(8).setReason("NOP").build());
  }

  private Result applied(String hex) {
    m.log.add(EntryType.COMMAND, Bytes.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
    return m.applyLast();
  }

  @Test
  void s3_whatTheLeaderDidNotAcceptUsesUpItsSequenceAndIsAnsweredTheSameAgain() {
    long session = m.open(1_000);
    Error error = Error.newBuilder().setCode(8).setReason("NO_SPACE").setMessage("full").build();
    RefusedCommand.Builder refused = RefusedCommand.newBuilder().setError(error);
    Result result = m.apply(Log.numbered(session, 1, Log.command().setRefused(refused)));
    assertThat(result.getError()).isEqualTo(error);
    assertThat(m.revision()).isEqualTo(1);
    m.apply(Log.numbered(session, 2, Log.put("a", "1")));
    assertThat(m.value("a")).isEqualTo("1");
    assertThat(m.apply(Log.numbered(session, 1, Log.put("a", "0")))).isEqualTo(result);
    Error large = error.toBuilder().setMessage("x".repeat(Limits.REPLY_BYTES_MAX)).build();
    assertThat(m.apply(Log.numbered(session, 3, Log.command().setRefused(RefusedCommand.newBuilder().setError(large))))
        .getError().getReason()).isEqualTo("REPLY_TOO_LARGE");
  }

  @Test
  void r2_aRangeUnderWayEndsWithCompactedAndNeverWithRowsMissing() throws Exception {
    m.apply(Log.put("a", "1"));
    m.apply(Log.put("b", "1"));
    m.apply(Log.put("b", "2"));
    RangeQuery query = RangeQuery.of(KeyBounds.ALL, 3).chunk(1, 1);
    var chunk = m.machine.reads().range(query);
    assertThat(chunk.kvs()).hasSize(1);
    m.apply(Log.compact(4));
    assertThatThrownBy(() -> m.machine.reads().range(query.after(chunk.nextAfter(), chunk.revision())))
        .isInstanceOf(ReadRefused.class);
  }

  private void put(String key, int times) {
    for (int i = 0; i < times; i++) {
      m.apply(Log.put(key, Long.toString(m.revision() + 1)));
    }
  }

  private static Error.Detail detail(String key, String value) {
    return Error.Detail.newBuilder().setKey(key).setValue(value).build();
  }

  private static io.balsa.proto.internal.v1.Command.Builder unchangedSince(long revision) {
    return Log.txn(TxnRequest.newBuilder().addGuards(Guard.newBuilder().setUnchangedSince(revision)
        .setRange(KeyRange.newBuilder().setStart(Log.bytes("a")).setEnd(Log.bytes("z")))));
  }

  private void assertCompacted(long revision, long floor) {
    assertThatThrownBy(() -> m.machine.reads().get(new byte[]{'a'}, revision))
        .isInstanceOfSatisfying(ReadRefused.class, refused -> {
          assertThat(refused.reason()).isEqualTo(ReadRefused.Reason.COMPACTED);
          assertThat(refused.revision()).isEqualTo(floor);
        });
  }
}
