package io.balsa.storage.state;

import static io.balsa.storage.state.KeysTest.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.memory.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes that an earlier version wrote are read for ever: commands and results of version 1, rows of format 1. */
final class FormatTest {
  private static final HexFormat HEX = HexFormat.of();

  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void commandsOfVersionOneAreReadForEver() throws Exception {
    applyGolden();
  }

  @Test
  void theRowsThatTheyMakeStayTheSame() throws Exception {
    m.log.add(EntryType.CONFIGURATION,
        new Configuration(List.of(new Member(new NodeId("n1"), 258, true, "a:1", "b:2"))).encode());
    m.applyLast();
    m.at(1_000_000_007);
    applyGolden();
    assertThat(dump()).isEqualTo(read("rows-v3.txt"));
  }

  @Test
  void rowsOfFormatThreeAreReadForEver() throws Exception {
    assertThatRowsAreRead("rows-v3.txt");
  }

  @Test
  void rowsOfFormatTwoAreReadForEver() throws Exception {
    assertThatRowsAreRead("rows-v2.txt");
  }

  /** Changes of format 2, which do not say what they supersede, and of format 3 have the same history removed. */
  @Test
  void historyOfFormatTwoIsRemoved() throws Exception {
    for (String rows : List.of("rows-v2.txt", "rows-v3.txt")) {
      MemoryStore copy = new MemoryStore();
      store(copy, rows);
      Machine opened = new Machine(copy);
      opened.log.entries.addAll(java.util.Collections.nCopies(19, null));
      opened.apply(Log.put("n", "9"));
      opened.apply(Log.put("n", "10"));
      opened.apply(Log.compact(10));
      HistoryRemovalTest.removeAll(copy);
      assertThat(HistoryRemovalTest.rows(copy)).as(rows).containsExactly("\0\ufffd\0a@6", "changed@10", "n@10");
    }
  }

  private void assertThatRowsAreRead(String rows) throws Exception {
    store(rows);
    Machine opened = new Machine(store);
    StateReads reads = opened.machine.reads();
    assertThat(reads.revision()).isEqualTo(8);
    assertThat(reads.applied().index()).isEqualTo(19);
    assertThat(opened.get("t", 7).getLease()).isEqualTo(2);
    assertThat(opened.get("t")).isNull();
    assertThat(reads.leaseView(2)).isNull();
    assertThat(reads.leaseView(3).getTtlMillis()).isEqualTo(3_000);
    assertThat(reads.leaseView(3).getSession()).isFalse();
    assertThat(reads.lockRequest("l", 1, 3).kind()).isEqualTo(LockRequestState.Kind.GONE);
    assertThat(reads.lockRequest("l", 1, 4)).isEqualTo(LockRequestState.held(2));
    assertThat(reads.lockRequest("l", 1, 7)).isEqualTo(LockRequestState.WAITING);
    assertThat(reads.lock("l").getPermits()).isEqualTo(2);
    assertThat(reads.lock("l").getHolders(0).getOwner()).isEqualTo("p");
    assertThat(opened.machine.nextDueNanos()).isEqualTo(4_000_000_007L);
    // The tokens go on behind the last one.
    opened.log.entries.addAll(java.util.Collections.nCopies(19, null));
    assertThat(opened.apply(Log.numbered(1, 8, Log.acquire("other", "o"))).getLockAcquire().getToken()).isEqualTo(3);
  }

  @Test
  void rowsOfFormatOneAreReadForEver() throws Exception {
    store("rows-v1.txt");
    Machine opened = new Machine(store);
    assertThat(opened.machine.reads().revision()).isEqualTo(6);
    assertThat(opened.machine.reads().applied().index()).isEqualTo(10);
    assertThat(opened.machine.reads().configuration().voters()).containsExactly(new NodeId("n1"));
    assertThat(opened.value("n")).isEqualTo("42");
    assertThat(opened.get("k", 3).getValue().toStringUtf8()).isEqualTo("w");
    assertThat(opened.get("k")).isNull();
    assertThat(opened.session(1)).isEqualTo(new SessionView(SessionView.State.LIVE, 2, 2, 10_000, 1, 7));
    assertThat(opened.machine.nextDueNanos()).isEqualTo(11_000_000_007L);
    assertThat(opened.machine.reads().storedReply(1, 2).getIncr().getValue()).isEqualTo(42);
  }

  @Test
  void aFormatFromTheFutureIsRefused() throws Exception {
    byte[] row = StateRecord.INITIAL.encode();
    row[0] = 4;
    put(ColumnFamily.META, StateRecord.rowKey(), row);
    assertThatThrownBy(() -> KvStateMachine.open(store)).isInstanceOf(StoreException.class)
        .hasMessageContaining("format 4").hasMessageContaining("newer version");
    row[0] = 3;
    row[1] = 2;
    put(ColumnFamily.META, StateRecord.rowKey(), row);
    assertThatThrownBy(() -> KvStateMachine.open(store)).hasMessageContaining("cluster runs version 2");
  }

  @Test
  void rowsThatDoNotFitAreCorrupt() throws Exception {
    long session = m.open(1_000);
    byte[] id = io.balsa.storage.mvcc.Rows.number(session);
    for (Object[] wrong : new Object[][]{{ColumnFamily.META, StateRecord.rowKey(), new byte[]{1, 1}},
        {ColumnFamily.META, StateRecord.rowKey(), new byte[]{1, 1, 1, 1, 1, 1, 1, 1, 1, 9}},
        {ColumnFamily.LEASES, id, new byte[]{9, 1, 1, 1}}, {ColumnFamily.LEASES, id, new byte[0]},
        {ColumnFamily.SESSIONS, id, new byte[]{1, 3}}, {ColumnFamily.SESSIONS, id, new byte[]{(byte) 0x80}},
        {ColumnFamily.REPLIES, id, new byte[0]}}) {
      MemoryStore copy = store.copy();
      WriteBatch batch = copy.newBatch();
      batch.put((ColumnFamily) wrong[0], (byte[]) wrong[1], (byte[]) wrong[2]);
      copy.write(batch);
      assertThatThrownBy(() -> KvStateMachine.open(copy)).as("%s", wrong[0]).isInstanceOf(StateCorruptException.class)
          .hasMessageContaining("state is corrupt").hasMessageContaining("move its state directory aside");
    }
  }

  private void applyGolden() throws IOException {
    String text = String.join("\n", read("commands-v1.txt")).replaceAll("\n *=>", " =>");
    int applied = 0;
    for (String line : text.split("\n", -1)) {
      String[] sides = line.split("=>", -1);
      String[] command = sides[0].strip().split(" +", 2);
      m.log.add(EntryType.COMMAND, Bytes.wrap(HEX.parseHex(command[1].replace(" ", ""))));
      Result result = m.applyLast();
      String expected = sides[1].replace(" ", "");
      if (expected.startsWith("08")) {
        assertThat(HEX.formatHex(result.toByteArray())).as(command[0]).isEqualTo(expected);
      } else {
        assertRefused(result, StatusCode.FAILED_PRECONDITION, expected);
      }
      applied++;
    }
    assertThat(applied).isEqualTo(18);
  }

  private void store(String rows) throws Exception {
    store(store, rows);
  }

  private static void store(MemoryStore store, String rows) throws Exception {
    WriteBatch batch = store.newBatch();
    for (String line : read(rows)) {
      String[] parts = line.split(" ", -1);
      batch.put(ColumnFamily.valueOf(parts[0]), HEX.parseHex(parts[1]),
          parts[2].equals("-") ? new byte[0] : HEX.parseHex(parts[2]));
    }
    store.write(batch);
  }

  private List<String> dump() throws Exception {
    List<String> rows = new ArrayList<>();
    for (ColumnFamily family : ColumnFamily.values()) {
      try (var iterator = store.iterate(family, new byte[0], null)) {
        for (boolean onRow = iterator.seekFirst(); onRow; onRow = iterator.next()) {
          rows.add(family + " " + HEX.formatHex(iterator.key()) + " "
              + (iterator.value().length == 0 ? "-" : HEX.formatHex(iterator.value())));
        }
      }
    }
    return rows;
  }

  private void put(ColumnFamily family, byte[] key, byte[] value) throws StoreException {
    WriteBatch batch = store.newBatch();
    batch.put(family, key, value);
    store.write(batch);
  }

  private static List<String> read(String name) throws IOException {
    try (InputStream in = FormatTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
