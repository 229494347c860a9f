package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A8: equal states hash equal, different ones differ, and what a node may have deleted or not makes no difference. */
final class HashTest {
  private final MemoryStore store = new MemoryStore();
  private final Machine m = new Machine(store);

  @Test
  void a8_theHashIsOfTheMomentItWasTaken() throws Exception {
    m.apply(Log.put("k", "1"));
    HashTask task = m.machine.reads().hash();
    StateHash now = m.hash();
    m.apply(Log.put("k", "2"));
    assertThat(task.compute()).isEqualTo(now);
    assertThat(now.appliedIndex()).isEqualTo(1);
    assertThat(now.revision()).isEqualTo(2);
    assertThat(now.compactedRevision()).isZero();
    assertThat(m.hash().hash()).isNotEqualTo(now.hash());
    HashTask givenUp = m.machine.reads().hash();
    givenUp.close();
    assertThatThrownBy(givenUp::compute).isInstanceOf(StoreClosedException.class);
  }

  @Test
  void a8_everyRowOfEveryTableCounts() throws Exception {
    long session = m.open(1_000);
    m.apply(Log.numbered(session, 1, Log.put("k", "1", session)));
    m.apply(Log.numbered(session, 2, Log.acquire("l", "o")));
    StateHash hash = m.hash();
    for (ColumnFamily family : ColumnFamily.values()) {
      byte[] key = firstKey(family);
      byte[] value = store.get(family, key);
      byte[] changed = Arrays.copyOf(value, value.length + 1);
      if (family == ColumnFamily.META) {
        // Decoded before it is hashed: a larger counter instead of a longer row.
        changed = value.clone();
        changed[value.length - 5 - 1]++;
      }
      assertThat(hashWith(family, key, changed)).as("a changed row of %s", family).isNotEqualTo(hash.hash());
      if (family != ColumnFamily.META && family != ColumnFamily.SESSIONS) {
        assertThat(hashWith(family, key, null)).as("a lost row of %s", family).isNotEqualTo(hash.hash());
      }
    }
  }

  @Test
  void a8_repliesThatWereAcknowledgedDoNotCount() throws Exception {
    long session = m.open(1_000);
    m.apply(Log.numbered(session, 1, Log.put("k", "1")));
    m.apply(Log.numbered(session, 2, Log.put("k", "2")).setLowestAwaited(2));
    long hash = m.hash().hash();
    assertThat(hashWith(ColumnFamily.REPLIES, Leases.replyRow(session, 1), new byte[]{1})).isEqualTo(hash);
    assertThat(hashWith(ColumnFamily.REPLIES, Leases.replyRow(session + 5, 1), new byte[]{1})).isEqualTo(hash);
    assertThat(hashWith(ColumnFamily.REPLIES, Leases.replyRow(session, 3), new byte[]{1})).isNotEqualTo(hash);
  }

  @Test
  void a8_ofVersionsOnlyThoseAtOrAboveTheFloorCount() throws Exception {
    m.apply(Log.put("a", "2"));
    m.apply(Log.put("a", "3"));
    m.apply(Log.put("dead", "4"));
    m.apply(Log.delete("dead"));
    m.apply(Log.put("floor", "6"));
    m.apply(Log.delete("floor"));
    m.apply(Log.put("a", "8"));
    compactTo(7);
    long hash = m.hash().hash();
    assertThat(m.hash().compactedRevision()).isEqualTo(7);
    // What a node may have deleted: hidden at the floor, or a tombstone below it, and their events.
    // (A tombstone below the floor goes with or after what it hides: alone it would bring that back.)
    deleteVersion(version("dead", 4));
    deleteVersion(version("dead", 5));
    deleteVersion(version("a", 2));
    deleteVersion(version("floor", 6));
    assertThat(m.hash().hash()).isEqualTo(hash);
    for (int revision = 2; revision < 7; revision++) {
      assertThat(hashWithout(ColumnFamily.REVISIONS, Rows.revision(revision, 0))).isEqualTo(hash);
    }
    // What everybody must have: seen at the floor or above; a tombstone at the floor, which a watch from there tells of.
    for (byte[] seen : new byte[][]{version("a", 3), version("a", 8), version("floor", 7)}) {
      assertThat(hashWithout(ColumnFamily.VERSIONS, seen)).isNotEqualTo(hash);
    }
    assertThat(hashWithout(ColumnFamily.REVISIONS, Rows.revision(7, 0))).isNotEqualTo(hash);
  }

  private void compactTo(long floor) throws Exception {
    StateRecord now = StateRecord.read(store);
    WriteBatch batch = store.newBatch();
    batch.put(ColumnFamily.META, StateRecord.rowKey(),
        new StateRecord(now.clusterVersion(), now.applied(), now.stampNanos(),
            now.clusterTimeNanos(), now.revision(), floor, now.nextLeaseId(), now.lastToken(), now.configuration())
            .encode());
    store.write(batch);
  }

  private static byte[] version(String key, long revision) {
    return Rows.version(key.getBytes(StandardCharsets.UTF_8), revision);
  }

  private void deleteVersion(byte[] version) throws Exception {
    assertThat(store.get(ColumnFamily.VERSIONS, version)).isNotNull();
    WriteBatch batch = store.newBatch();
    batch.delete(ColumnFamily.VERSIONS, version);
    store.write(batch);
  }

  private long hashWithout(ColumnFamily family, byte[] key) throws Exception {
    assertThat(store.get(family, key)).isNotNull();
    return hashWith(family, key, null);
  }

  /** Of the state with one row replaced, or deleted. */
  private long hashWith(ColumnFamily family, byte[] key, byte[] value) throws Exception {
    MemoryStore copy = store.copy();
    WriteBatch batch = copy.newBatch();
    if (value == null) {
      batch.delete(family, key);
    } else {
      batch.put(family, key, value);
    }
    copy.write(batch);
    return new HashTask(copy.snapshot()).compute().hash();
  }

  private byte[] firstKey(ColumnFamily family) throws Exception {
    try (var rows = store.iterate(family, new byte[0], null)) {
      assertThat(rows.seekFirst()).as("rows in %s", family).isTrue();
      return rows.key();
    }
  }
}
