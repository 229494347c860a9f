package io.balsa.storage.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KeyValueStore} does. */
public abstract class KeyValueStoreContract {
  private static final ColumnFamily TABLE = ColumnFamily.CURRENT;

  protected KeyValueStore store;

  /** An empty store. */
  protected abstract KeyValueStore create() throws Exception;

  /** Ends {@code store} as a crash would, and opens what that left. */
  protected abstract KeyValueStore crash(KeyValueStore crashed) throws Exception;

  @BeforeEach
  void createStore() throws Exception {
    store = create();
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    put(TABLE, "k", "1");
    assertThat(get(TABLE, "k")).isEqualTo("1");
    assertThat(get(TABLE, "l")).isNull();
    put(TABLE, "k", "");
    assertThat(get(TABLE, "k")).isEmpty();
    delete(TABLE, "k");
    delete(TABLE, "never there");
    assertThat(get(TABLE, "k")).isNull();
  }

  @Test
  void aRangeIsDeletedOfOneTableWithWhatWasPutInItBefore() throws Exception {
    for (String key : List.of("a", "b", "bb", "c")) {
      put(TABLE, key, "1");
      put(ColumnFamily.VERSIONS, key, "1");
    }
    try (StoreSnapshot before = store.snapshot()) {
      WriteBatch batch = store.newBatch();
      batch.put(TABLE, bytes("bbb"), bytes("2"));
      batch.deleteRange(TABLE, bytes("b"), bytes("c"));
      batch.put(TABLE, bytes("bc"), bytes("3"));
      store.write(batch);
      assertThat(rows(before, TABLE, "", null)).containsExactly("a=1", "b=1", "bb=1", "c=1");
    }
    assertThat(rows(store, TABLE, "", null)).containsExactly("a=1", "bc=3", "c=1");
    assertThat(get(TABLE, "b")).isNull();
    assertThat(get(TABLE, "bbb")).isNull();
    assertThat(get(TABLE, "bc")).isEqualTo("3");
    assertThat(rows(store, ColumnFamily.VERSIONS, "", null)).containsExactly("a=1", "b=1", "bb=1", "c=1");
    store.flush();
    assertThat(rows(store, TABLE, "", null)).containsExactly("a=1", "bc=3", "c=1");
    put(TABLE, "b", "4");
    assertThat(rows(store, TABLE, "", null)).containsExactly("a=1", "b=4", "bc=3", "c=1");
  }

  @Test
  void tablesAreApart() throws Exception {
    for (ColumnFamily family : ColumnFamily.values()) {
      put(family, "k", family.name());
    }
    for (ColumnFamily family : ColumnFamily.values()) {
      assertThat(get(family, "k")).isEqualTo(family.name());
      assertThat(rows(store, family, "", null)).containsExactly("k=" + family.name());
    }
  }

  @Test
  void theLastChangeOfARowInABatchCounts() throws Exception {
    WriteBatch batch = store.newBatch();
    batch.put(TABLE, bytes("a"), bytes("1"));
    batch.delete(TABLE, bytes("a"));
    batch.delete(TABLE, bytes("b"));
    batch.put(TABLE, bytes("b"), bytes("2"));
    batch.put(TABLE, bytes("b"), bytes("3"));
    assertThat(get(TABLE, "b")).isNull();
    store.write(batch);
    assertThat(rows(store, TABLE, "", null)).containsExactly("b=3");
  }

  @Test
  void aBatchIsWrittenOnce() throws Exception {
    WriteBatch batch = store.newBatch();
    batch.put(TABLE, bytes("a"), bytes("1"));
    store.write(batch);
    assertThatThrownBy(() -> store.write(batch)).isInstanceOf(RuntimeException.class);
    store.write(store.newBatch());
  }

  @Test
  void rowsAreOrderedByUnsignedBytes() throws Exception {
    byte[][] keys = {{}, {0}, {0, 0}, {0, 1}, {1}, {0x7f}, {(byte) 0x80}, {(byte) 0xff}, {(byte) 0xff, 0}};
    WriteBatch batch = store.newBatch();
    for (int i = keys.length - 1; i >= 0; i--) {
      batch.put(TABLE, keys[i], new byte[]{(byte) i});
    }
    store.write(batch);
    try (StoreIterator rows = store.iterate(TABLE, new byte[0], null)) {
      int i = 0;
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        assertThat(rows.key()).isEqualTo(keys[i]);
        assertThat(rows.value()).containsExactly(i++);
      }
      assertThat(i).isEqualTo(keys.length);
    }
  }

  @Test
  void iteratorsStayWithinTheirBounds() throws Exception {
    for (String key : List.of("a", "b", "c", "d", "e")) {
      put(TABLE, key, key);
    }
    assertThat(rows(store, TABLE, "b", "d")).containsExactly("b=b", "c=c");
    assertThat(rows(store, TABLE, "bb", "dd")).containsExactly("c=c", "d=d");
    assertThat(rows(store, TABLE, "d", null)).containsExactly("d=d", "e=e");
    assertThat(rows(store, TABLE, "x", null)).isEmpty();
    try (StoreIterator rows = store.iterate(TABLE, bytes("b"), bytes("e"))) {
      assertThat(rows.seek(bytes("a"))).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("b"));
      assertThat(rows.previous()).isFalse();
      assertThat(rows.seek(bytes("bb"))).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("c"));
      assertThat(rows.seek(bytes("e"))).isFalse();
      assertThat(rows.seekLast()).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("d"));
      assertThat(rows.next()).isFalse();
      assertThat(rows.seekBefore(bytes("d"))).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("c"));
      assertThat(rows.seekBefore(bytes("cc"))).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("c"));
      assertThat(rows.seekBefore(bytes("z"))).isTrue();
      assertThat(rows.key()).isEqualTo(bytes("d"));
      assertThat(rows.seekBefore(bytes("b"))).isFalse();
      assertThat(rows.seekBefore(bytes("a"))).isFalse();
    }
  }

  @Test
  void offTheRowsOnlyASeekIsAllowed() throws Exception {
    put(TABLE, "a", "1");
    try (StoreIterator rows = store.iterate(TABLE, new byte[0], null)) {
      assertThatThrownBy(rows::key).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(rows::next).isInstanceOf(IllegalStateException.class);
      assertThat(rows.seekFirst()).isTrue();
      assertThat(rows.next()).isFalse();
      assertThatThrownBy(rows::value).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(rows::previous).isInstanceOf(IllegalStateException.class);
      assertThat(rows.seekLast()).isTrue();
    }
  }

  @Test
  void iteratorsAndSnapshotsDoNotSeeLaterWrites() throws Exception {
    put(TABLE, "a", "1");
    put(TABLE, "b", "1");
    try (StoreIterator rows = store.iterate(TABLE, new byte[0], null); StoreSnapshot snapshot = store.snapshot()) {
      WriteBatch batch = store.newBatch();
      batch.put(TABLE, bytes("a"), bytes("2"));
      batch.delete(TABLE, bytes("b"));
      batch.put(ColumnFamily.META, bytes("m"), bytes("2"));
      store.write(batch);
      store.flush();
      assertThat(rows.seekFirst()).isTrue();
      assertThat(rows.value()).isEqualTo(bytes("1"));
      assertThat(rows.next()).isTrue();
      assertThat(snapshot.get(TABLE, bytes("b"))).isEqualTo(bytes("1"));
      assertThat(snapshot.get(ColumnFamily.META, bytes("m"))).isNull();
      assertThat(rows(snapshot, TABLE, "", null)).containsExactly("a=1", "b=1");
    }
    assertThat(rows(store, TABLE, "", null)).containsExactly("a=2");
  }

  @Test
  void l5_flushedSaysWhatACrashWouldLeave() throws Exception {
    put(ColumnFamily.META, "applied", "1");
    store.flush();
    put(ColumnFamily.META, "applied", "2");
    assertThat(new String(store.flushed(ColumnFamily.META, bytes("applied")), StandardCharsets.UTF_8)).isEqualTo("1");
    assertThat(store.flushed(ColumnFamily.META, bytes("other"))).isNull();
    store.flush();
    assertThat(new String(store.flushed(ColumnFamily.META, bytes("applied")), StandardCharsets.UTF_8)).isEqualTo("2");
  }

  @Test
  void a3_aCrashLeavesTheLastFlushOverAllTables() throws Exception {
    for (ColumnFamily family : ColumnFamily.values()) {
      put(family, "k", "flushed");
    }
    store.flush();
    WriteBatch batch = store.newBatch();
    for (ColumnFamily family : ColumnFamily.values()) {
      batch.put(family, bytes("k"), bytes("lost"));
      batch.put(family, bytes("l"), bytes("lost"));
    }
    store.write(batch);
    store = crash(store);
    for (ColumnFamily family : ColumnFamily.values()) {
      assertThat(rows(store, family, "", null)).containsExactly("k=flushed");
      assertThat(store.flushed(family, bytes("k"))).isEqualTo(bytes("flushed"));
    }
    put(TABLE, "k", "again");
    assertThat(get(TABLE, "k")).isEqualTo("again");
  }

  @Test
  void anEmptyStoreSurvivesACrash() throws Exception {
    put(TABLE, "k", "lost");
    store = crash(store);
    assertThat(get(TABLE, "k")).isNull();
    assertThat(store.flushed(TABLE, bytes("k"))).isNull();
  }

  @Test
  void aClosedStoreSaysSo() throws Exception {
    put(TABLE, "k", "1");
    StoreSnapshot snapshot = store.snapshot();
    StoreIterator rows = store.iterate(TABLE, new byte[0], null);
    StoreIterator inSnapshot = snapshot.iterate(TABLE, new byte[0], null);
    rows.seekFirst();
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get(TABLE, bytes("k"))).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.snapshot()).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.flush()).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(rows::next).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(rows::key).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(inSnapshot::seekFirst).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> snapshot.get(TABLE, bytes("k"))).isInstanceOf(StoreClosedException.class);
    inSnapshot.close();
    rows.close();
    snapshot.close();
  }

  @Test
  void aClosedSnapshotSaysSo() throws Exception {
    StoreSnapshot snapshot = store.snapshot();
    snapshot.close();
    snapshot.close();
    assertThatThrownBy(() -> snapshot.get(TABLE, bytes("k"))).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> snapshot.iterate(TABLE, new byte[0], null)).isInstanceOf(StoreClosedException.class);
  }

  @Test
  void theSizeGrowsWithTheContent() throws Exception {
    long before = store.approximateBytes();
    put(TABLE, "k", "x".repeat(4 << 20));
    assertThat(store.approximateBytes()).isGreaterThanOrEqualTo(before + (4 << 20));
  }

  @Test
  void randomBatchesAgreeWithASortedMap() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    TreeMap<byte[], byte[]> flushed = new TreeMap<>(Arrays::compareUnsigned);
    for (int step = 0; step < 300; step++) {
      WriteBatch batch = store.newBatch();
      for (int i = random.nextInt(10); i > 0; i--) {
        byte[] key = randomKey(random);
        byte[] behind = randomKey(random);
        int kind = random.nextInt(9);
        if (kind == 0 && Arrays.compareUnsigned(key, behind) < 0) {
          batch.deleteRange(TABLE, key, behind);
          model.subMap(key, behind).clear();
        } else if (kind < 3) {
          batch.delete(TABLE, key);
          model.remove(key);
        } else {
          byte[] value = new byte[random.nextInt(40)];
          random.nextBytes(value);
          batch.put(TABLE, key, value);
          model.put(key, value);
        }
      }
      store.write(batch);
      byte[] key = randomKey(random);
      assertThat(store.get(TABLE, key)).isEqualTo(model.get(key));
      byte[] from = randomKey(random);
      byte[] to = randomKey(random);
      if (Arrays.compareUnsigned(from, to) < 0) {
        assertSameWalk(model, from, to, key);
      }
      if (random.nextInt(20) == 0) {
        store.flush();
        flushed = new TreeMap<>(model);
      }
    }
    store = crash(store);
    assertThat(rows(store, TABLE, "", null)).hasSize(flushed.size());
    for (var row : flushed.entrySet()) {
      assertThat(store.get(TABLE, row.getKey())).isEqualTo(row.getValue());
    }
  }

  private void assertSameWalk(NavigableMap<byte[], byte[]> model, byte[] from, byte[] to, byte[] seek)
      throws Exception {
    var within = model.subMap(from, true, to, false);
    try (StoreIterator rows = store.iterate(TABLE, from, to)) {
      List<byte[]> forward = new ArrayList<>();
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        forward.add(rows.key());
      }
      assertThat(forward).containsExactlyElementsOf(within.keySet());
      List<byte[]> backward = new ArrayList<>();
      for (boolean onRow = rows.seekLast(); onRow; onRow = rows.previous()) {
        backward.add(rows.key());
      }
      assertThat(backward).containsExactlyElementsOf(within.descendingKeySet());
      assertThat(rows.seek(seek) ? rows.key() : null).isEqualTo(within.ceilingKey(seek));
      assertThat(rows.seekBefore(seek) ? rows.key() : null).isEqualTo(within.lowerKey(seek));
    }
  }

  /** Two writers, each of rows of its own: no write of one is lost because of the other, and what a crash leaves is a first part. */
  @Test
  void whoeverWritesLosesNothingBesideAnother() throws Exception {
    int batches = 2_000;
    List<Throwable> failures = new ArrayList<>();
    Thread other = new Thread(() -> {
      try {
        for (int i = 0; i < batches; i++) {
          // After the first writer's row that it depends on, as a deletion is behind the floor that allows it.
          String seen = get(ColumnFamily.META, "first");
          WriteBatch batch = store.newBatch();
          batch.put(TABLE, bytes("other" + i), bytes("x"));
          batch.put(ColumnFamily.META, bytes("other"), bytes(seen == null ? "0" : seen));
          store.write(batch);
        }
      } catch (StoreException | RuntimeException e) {
        failures.add(e);
      }
    });
    other.start();
    for (int i = 1; i <= batches; i++) {
      put(ColumnFamily.META, "first", Integer.toString(i));
      if (i % 500 == 0) {
        store.flush();
      }
    }
    other.join();
    assertThat(failures).isEmpty();
    assertThat(get(ColumnFamily.META, "first")).isEqualTo(Integer.toString(batches));
    assertThat(rows(store, TABLE, "other", "otherz")).hasSize(batches);
    store = crash(store);
    String first = get(ColumnFamily.META, "first");
    String dependsOn = get(ColumnFamily.META, "other");
    assertThat(Integer.parseInt(dependsOn == null ? "0" : dependsOn)).isLessThanOrEqualTo(Integer.parseInt(first));
  }

  @Test
  void reclaimingSpaceChangesNothingThatIsRead() throws Exception {
    for (int i = 0; i < 100; i++) {
      put(ColumnFamily.VERSIONS, "k" + i, "v");
    }
    try (StoreSnapshot before = store.snapshot()) {
      for (int i = 0; i < 100; i += 2) {
        delete(ColumnFamily.VERSIONS, "k" + i);
      }
      store.reclaim();
      assertThat(rows(before, ColumnFamily.VERSIONS, "", null)).hasSize(100);
    }
    store.reclaim();
    assertThat(rows(store, ColumnFamily.VERSIONS, "", null)).hasSize(50).contains("k1=v").doesNotContain("k2=v");
    store.close();
    assertThatThrownBy(() -> store.reclaim()).isInstanceOf(StoreClosedException.class);
    store = create();
  }

  private static byte[] randomKey(RandomGenerator random) {
    byte[] key = new byte[random.nextInt(4)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(4) * 85);
    }
    return key;
  }

  protected final void put(ColumnFamily family, String key, String value) throws StoreException {
    WriteBatch batch = store.newBatch();
    batch.put(family, bytes(key), bytes(value));
    store.write(batch);
  }

  private void delete(ColumnFamily family, String key) throws StoreException {
    WriteBatch batch = store.newBatch();
    batch.delete(family, bytes(key));
    store.write(batch);
  }

  protected final String get(ColumnFamily family, String key) throws StoreException {
    byte[] value = store.get(family, bytes(key));
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  protected static List<String> rows(StoreReader reader, ColumnFamily family, String from, String to)
      throws StoreException {
    List<String> found = new ArrayList<>();
    try (StoreIterator rows = reader.iterate(family, bytes(from), to == null ? null : bytes(to))) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        found.add(
            new String(rows.key(), StandardCharsets.UTF_8) + "=" + new String(rows.value(), StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
