package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Entry;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.Rows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * UNCHANGED_SINCE over large ranges and busy stores (A4): the same answer, and the same refusal, whichever way it is found, wherever
 * batches end and whatever a node has deleted below the floor (A1).
 */
final class UnchangedSinceTest {
  /** More than are looked at before the changes are. */
  private static final int KEYS = 1_500;

  private MemoryStore store = new MemoryStore();
  private Machine m = new Machine(store);

  @Test
  void a4_manyKeysFewChangesAndTheOtherWayRound() throws Exception {
    put("k", KEYS);
    long all = m.revision();
    assertThat(holds("k", "l", all)).isTrue();
    assertThat(holds("k", "l", all - 1)).isFalse();
    // Changes elsewhere: few, then more than are looked at.
    put("other", 10);
    assertThat(holds("k", "l", all)).as("by few changes").isTrue();
    put("busy", 10_500);
    assertThat(holds("k", "l", all)).as("by all keys").isTrue();
    long before = m.revision();
    m.apply(Log.delete(key("k", KEYS - 1)));
    assertThat(holds("k", "l", all)).as("a tombstone behind many keys, by all keys").isFalse();
    assertThat(holds("k", "l", before)).as("by few changes").isFalse();
    assertThat(holds("k", "l", m.revision())).isTrue();
    m.apply(Log.put("kz", "phantom"));
    m.apply(Log.delete("kz"));
    assertThat(holds("k", "l", before + 1)).as("came and went behind many keys").isFalse();
    assertThat(holds("k", key("k", KEYS - 1), all)).isTrue();
  }

  /** The same log in two divisions into batches, and on a node that starts anew in between. */
  @Test
  void a1_whereBatchesEndMakesNoDifference() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    Log log = new Log();
    for (int i = 0; i < KEYS; i++) {
      log.command(Log.put(key("k", i), ""));
    }
    for (int i = 0; i < 3_000; i++) {
      int key = random.nextInt(KEYS + 200);
      switch (random.nextInt(8)) {
        case 0 -> log.command(Log.put(key("k", key), ""));
        case 1 -> log.command(Log.delete(key("k", key)));
        case 2, 3, 4 -> log.command(Log.put(key("other", key), ""));
        default -> log.command(txn(key("k", random.nextInt(40)), key("k", KEYS / 2 + random.nextInt(KEYS)),
            KEYS + random.nextInt(i + 1)));
      }
    }
    List<Result> oneByOne = new ArrayList<>();
    for (Entry entry : log.entries) {
      oneByOne.addAll(m.machine.apply(List.of(entry)));
    }
    assertThat(oneByOne.stream().filter(Result::hasTxn).map(r -> r.getTxn().getSucceeded()).distinct()).hasSize(2);
    store = new MemoryStore();
    KvStateMachine batched = KvStateMachine.open(store);
    int from = 0;
    while (from < log.entries.size()) {
      int to = Math.min(log.entries.size(), from + 1 + random.nextInt(700));
      assertThat(batched.apply(log.entries.subList(from, to))).isEqualTo(oneByOne.subList(from, to));
      if (random.nextInt(3) == 0) {
        batched = KvStateMachine.open(store);
      }
      from = to;
    }
  }

  @Test
  void a1_whoLooksAtTooManyRowsIsRefusedWhateverANodeHasDeletedBelowTheFloor() throws Exception {
    put("dead", 1_200);
    m.apply(Log.deleteRange("dead", "deae"));
    long floor = m.revision();
    put("k", 60_000);
    put("busy", 10_500);
    compactTo(floor);
    MemoryStore tidy = store.copy();
    for (int i = 0; i < 1_200; i++) {
      delete(tidy, key("dead", i), floor);
      delete(tidy, key("dead", i), i + 2);
    }
    long since = m.revision() - 10_500;
    Machine built = m;
    for (MemoryStore node : List.of(store, tidy)) {
      m = built.restarted(node);
      assertThat(holds("c", "l", since)).isTrue();
      // 2 x 50,000 keys are the most, and tombstones at the floor cost nothing.
      TxnRequest.Builder most = TxnRequest.newBuilder().addGuards(guard("c", key("k", 50_000 - 1_000), since))
          .addGuards(guard("c", key("k", 51_000), since));
      Result result = m.apply(Log.txn(most));
      assertThat(result.hasTxn()).as("%s", result.getError()).isTrue();
      most.setGuards(1, guard("c", key("k", 51_001), since));
      Result refused = m.apply(Log.txn(most));
      KeysTest.assertRefused(refused, StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS");
      assertThat(refused.getError().getDetailsList()).last().satisfies(d -> assertThat(d.getValue()).isEqualTo("1"));
      assertThat(holds("c", "l", floor - 1)).as("below the compacted revision it is a conflict").isFalse();
      assertThat(holds("k", "", floor - 1)).isFalse();
      assertThat(holds("dead", "deae", floor)).isTrue();
    }
  }

  private void put(String prefix, int keys) throws Exception {
    List<Entry> puts = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      puts.add(m.log.command(Log.put(key(prefix, i), "")));
    }
    m.machine.apply(puts);
  }

  private static String key(String prefix, int number) {
    return String.format(Locale.ROOT, "%s%06d", prefix, number);
  }

  private boolean holds(String start, String end, long since) {
    Result result = m.apply(txn(start, end, since));
    assertThat(result.hasTxn()).as("%s", result.getError()).isTrue();
    return result.getTxn().getSucceeded();
  }

  private static io.balsa.proto.internal.v1.Command.Builder txn(String start, String end, long since) {
    return Log.txn(TxnRequest.newBuilder().addGuards(guard(start, end, since)));
  }

  private static Guard.Builder guard(String start, String end, long since) {
    return Guard.newBuilder().setUnchangedSince(since)
        .setRange(KeyRange.newBuilder().setStart(Log.bytes(start)).setEnd(ByteString.copyFromUtf8(end)));
  }

  private void compactTo(long floor) throws Exception {
    StateRecord now = StateRecord.read(store);
    WriteBatch batch = store.newBatch();
    batch.put(ColumnFamily.META, StateRecord.rowKey(),
        new StateRecord(now.clusterVersion(), now.applied(), now.stampNanos(), now.clusterTimeNanos(), now.revision(),
            floor, now.nextLeaseId(), now.lastToken(), now.configuration()).encode());
    store.write(batch);
  }

  private static void delete(MemoryStore store, String key, long revision) throws Exception {
    byte[] row = Rows.version(key.getBytes(StandardCharsets.UTF_8), revision);
    assertThat(store.get(ColumnFamily.VERSIONS, row)).as("%s at %s", key, revision).isNotNull();
    WriteBatch batch = store.newBatch();
    batch.delete(ColumnFamily.VERSIONS, row);
    store.write(batch);
  }
}
