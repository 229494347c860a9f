package io.balsa.storage.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.Rows;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the removal of history deletes, and what it leaves (A8). */
final class HistoryRemovalTest {
  private MemoryStore store = new MemoryStore();
  private Machine m = new Machine(store);

  @TempDir
  Path directory;

  @Test
  void withoutAFloorThereIsNothingToDo() throws Exception {
    m.apply(Log.put("a", "2"));
    List<String> before = rows(store);
    assertThat(HistoryRemoval.removePiece(store)).isEqualTo(HistoryRemoval.Piece.NOTHING);
    assertThat(rows(store)).isEqualTo(before);
    assertThat(store.get(ColumnFamily.META, "history".getBytes(UTF_8))).isNull();
  }

  @Test
  void whatIsHiddenGoesAndWhatIsSeenStays() throws Exception {
    m.apply(Log.put("a", "2"));
    m.apply(Log.put("b", "3"));
    m.apply(Log.put("a", "4"));
    m.apply(Log.put("gone", "5"));
    m.apply(Log.delete("gone"));
    m.apply(Log.put("a", "7"));
    m.apply(Log.compact(7));
    assertThat(removeAll(store)).isEqualTo(4);
    assertThat(rows(store)).containsExactly("a@7", "b@3", "changed@7");
    assertThat(store.get(ColumnFamily.META, "history".getBytes(UTF_8))).as("format 1").containsExactly(1, 7);
    assertThat(HistoryRemoval.removePiece(store)).isEqualTo(HistoryRemoval.Piece.NOTHING);
    // What stayed in the walk to one floor goes in the walk to the next: also what was below the first, and has no change left.
    m.apply(Log.put("b", "8"));
    m.apply(Log.put("a", "9"));
    m.apply(Log.compact(9));
    removeAll(store);
    assertThat(rows(store)).containsExactly("a@9", "b@8", "changed@9");
  }

  @Test
  void etcd18089_etcd19179_whatWasMadeAtTheFloorStays() throws Exception {
    m.apply(Log.put("a", "2"));
    m.apply(Log.put("b", "3"));
    m.apply(Log.deleteRange("a", "c"));
    m.apply(Log.put("c", "5"));
    m.apply(Log.compact(4));
    removeAll(store);
    assertThat(rows(store)).containsExactly("a@4", "b@4", "c@5", "changed@4", "changed@4", "changed@5");
    assertThat(m.get("a", 4)).isNull();
    m.apply(Log.compact(5));
    removeAll(store);
    assertThat(rows(store)).containsExactly("c@5", "changed@5");
  }

  @Test
  void aFloorThatRisesInTheMiddleOfAWalk() throws Exception {
    // The walk to 4 stops within the changes of revision 4; those before that place are then below the floor, too.
    m.apply(Log.put("a", "2"));
    m.apply(Log.put("b", "3"));
    m.apply(Log.deleteRange("a", "c"));
    m.apply(Log.put("c", "5"));
    m.apply(Log.compact(4));
    assertThat(HistoryRemoval.removePiece(store, 3).more()).isTrue();
    m.apply(Log.compact(5));
    removeAll(store);
    assertThat(rows(store)).containsExactly("c@5", "changed@5");
  }

  @Test
  void etcd14685_etcd17780_aCrashBetweenAnyTwoPiecesLosesNothingAndRepeatsNothing() throws Exception {
    for (int crashAt = 0; crashAt < 12; crashAt++) {
      for (int flushAt = 0; flushAt <= crashAt; flushAt++) {
        crash(flushAt, crashAt);
      }
    }
  }

  private void crash(int flushAt, int crashAt) throws Exception {
    store = new MemoryStore();
    m = new Machine(store);
    for (int i = 0; i < 4; i++) {
      m.apply(Log.put("a", "x"));
      m.apply(Log.put("b", "x"));
    }
    m.apply(Log.delete("b"));
    store.flush();
    m.apply(Log.compact(9));
    m.apply(Log.put("a", "y"));
    long hash = m.hash().hash();
    for (int step = 0; step < crashAt; step++) {
      HistoryRemoval.removePiece(store, 1);
      if (step == flushAt) {
        store.flush();
      }
    }
    store = store.crash();
    Machine again = m.restarted(store);
    List<io.balsa.raft.log.Entry> rest = m.log.entries.subList((int) again.machine.applied().index(),
        m.log.entries.size());
    again.machine.apply(rest);
    assertThat(again.revision()).isEqualTo(11);
    assertThat(again.hash().hash()).isEqualTo(hash);
    removeAll(store);
    assertThat(again.hash().hash()).isEqualTo(hash);
    assertThat(again.get("b", 9).getValue().toStringUtf8()).isEqualTo("x");
    assertThat(again.get("b")).isNull();
    assertThat(rows(store)).containsExactly("a@11", "a@8", "b@10", "b@9", "changed@10", "changed@11", "changed@9");
  }

  @Test
  void inPiecesAsAMachineIsAskedFor() throws Exception {
    List<io.balsa.raft.log.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      entries.add(m.log.command(Log.incr("n", 1)));
    }
    m.machine.apply(entries);
    assertThat(m.machine.takeObsolete()).as("a start may find something").isTrue();
    assertThat(m.machine.takeObsolete()).isFalse();
    assertThat(m.machine.removeObsolete()).isFalse();
    m.apply(Log.compact(10_001));
    assertThat(m.machine.takeObsolete()).as("the floor moved").isTrue();
    assertThat(m.machine.removeObsolete()).isTrue();
    assertThat(m.machine.removeObsolete()).isTrue();
    assertThat(m.machine.removeObsolete()).isFalse();
    assertThat(m.machine.versionsRemoved()).isEqualTo(9_999);
    assertThat(rows(store)).containsExactly("changed@10001", "n@10001");
    m.apply(Log.compact(10_001));
    assertThat(m.machine.takeObsolete()).as("the floor did not move").isFalse();
  }

  @Test
  void aStoreThatWasClosedHasNothingLeft() throws Exception {
    m.apply(Log.put("a", "1"));
    m.apply(Log.compact(2));
    store.close();
    assertThat(m.machine.removeObsolete()).isFalse();
    m.machine.reclaim();
  }

  @Test
  void onRocksDbTheDiskGetsItsSpaceBack() throws Exception {
    try (RocksStore rocks = RocksStore.open(directory, RocksOptions.DEFAULT)) {
      Machine machine = new Machine(rocks);
      java.util.Random random = new java.util.Random(1);
      for (int i = 0; i < 300; i++) {
        byte[] value = new byte[50_000];
        random.nextBytes(value);
        machine.apply(Log.command().setPut(io.balsa.proto.v1.PutRequest.newBuilder().setKey(Log.bytes("k" + i % 3))
            .setValue(com.google.protobuf.ByteString.copyFrom(value))));
      }
      rocks.flush();
      assertThat(rocks.approximateBytes()).isGreaterThan(14_000_000);
      machine.apply(Log.compact(machine.revision()));
      StateHash hash = machine.hash();
      removeAll(rocks);
      rocks.reclaim();
      assertThat(rocks.approximateBytes()).isLessThan(1_000_000);
      assertThat(machine.hash()).isEqualTo(hash);
    }
  }

  /** Versions and changes, sorted. */
  static List<String> rows(KeyValueStore store) throws Exception {
    List<String> found = new ArrayList<>();
    try (var rows = store.iterate(ColumnFamily.VERSIONS, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        found.add(new String(Rows.userKeyOf(rows.key()), UTF_8) + "@" + Rows.revisionOf(rows.key()));
      }
    }
    try (var rows = store.iterate(ColumnFamily.REVISIONS, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        found.add("changed@" + new RowReader(ColumnFamily.REVISIONS, rows.key()).readLong());
      }
    }
    found.sort(null);
    return found;
  }

  static int removeAll(KeyValueStore store) throws Exception {
    int removed = 0;
    HistoryRemoval.Piece piece;
    do {
      piece = HistoryRemoval.removePiece(store, 2);
      removed += piece.removed();
    } while (piece.more());
    return removed;
  }
}
