package io.balsa.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.KeyValueStoreContract;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreTest extends KeyValueStoreContract {
  @TempDir
  Path directory;
  private int crashes;
  private Path current;

  @Override
  protected KeyValueStore create() throws Exception {
    current = directory.resolve("state");
    return RocksStore.open(current, RocksOptions.DEFAULT);
  }

  /** What another process would find after SIGKILL: the files as they are, of a store that goes no further. */
  @Override
  protected KeyValueStore crash(KeyValueStore crashed) throws Exception {
    Path copy = null;
    while (copy == null) {
      try {
        Path next = directory.resolve("crash-" + crashes++);
        copy(current, next);
        copy = next;
      } catch (NoSuchFileException e) {
        // A compaction removed it meanwhile: what was copied is no moment of the store.
      }
    }
    crashed.close();
    current = copy;
    return RocksStore.open(copy, RocksOptions.DEFAULT);
  }

  /**
   * L3: what a killed process had written of its manifest and not synced is found by the next one in the page cache. RocksDB makes it
   * durable by writing a manifest of its own, and syncing that, before an open returns.
   */
  @Test
  void anOpenMakesAManifestOfItsOwn() throws Exception {
    put(ColumnFamily.META, "k", "1");
    store.flush();
    String before = Files.readString(current.resolve("CURRENT"));
    store.close();
    store = RocksStore.open(current, RocksOptions.DEFAULT);
    assertThat(Files.readString(current.resolve("CURRENT"))).startsWith("MANIFEST-").isNotEqualTo(before);
  }

  @Test
  void closeDoesNotFlush() throws Exception {
    put(ColumnFamily.META, "k", "1");
    store.flush();
    put(ColumnFamily.META, "k", "2");
    store.close();
    store = RocksStore.open(current, RocksOptions.DEFAULT);
    assertThat(get(ColumnFamily.META, "k")).isEqualTo("1");
  }

  /**
   * A memtable finds the place of a row from that of the row before it. Before 9.2 RocksDB took for it also the place of the last deleted
   * range, which lies in another list (rocksdb5118): rows were lost.
   */
  @Test
  void rowsAndDeletedRangesOfOneMemtableAreKeptApart() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
    TreeMap<String, String> model = new TreeMap<>();
    for (int step = 0; step < 3_000; step++) {
      WriteBatch batch = store.newBatch();
      int number = random.nextInt(2_000);
      String key = "%05d".formatted(number);
      if (random.nextInt(10) == 0) {
        String behind = "%05d".formatted(number + 1 + random.nextInt(50));
        batch.deleteRange(ColumnFamily.REVISIONS, bytes(key), bytes(behind));
        model.subMap(key, behind).clear();
      } else {
        batch.put(ColumnFamily.REVISIONS, bytes(key), bytes("" + step));
        model.put(key, "" + step);
      }
      store.write(batch);
    }
    List<String> expected = model.entrySet().stream().map(row -> row.getKey() + "=" + row.getValue()).toList();
    assertThat(rows(store, ColumnFamily.REVISIONS, "", null)).isEqualTo(expected);
    store.flush();
    assertThat(rows(store, ColumnFamily.REVISIONS, "", null)).isEqualTo(expected);
  }

  @Test
  void aSecondProcessIsRefused() {
    assertThatThrownBy(() -> RocksStore.open(current, RocksOptions.DEFAULT)).isInstanceOf(StoreException.class)
        .hasMessageContaining("in use by another process");
  }

  @Test
  void rowsOfEverySizeSurviveAFlush() throws Exception {
    List<Integer> sizes = List.of(0, 1, 127, 128, 129, 16_383, 16_384, 1 << 20, 3 << 20);
    for (int size : sizes) {
      put(ColumnFamily.VERSIONS, "k".repeat(Math.min(size, 4096)) + size, "v".repeat(size));
    }
    store.flush();
    store = crash(store);
    for (int size : sizes) {
      assertThat(get(ColumnFamily.VERSIONS, "k".repeat(Math.min(size, 4096)) + size)).isEqualTo("v".repeat(size));
    }
  }

  /** Flushes that RocksDB makes by itself, when memtables are full, are those after which a crash would begin. */
  @Test
  void a3_whatRocksDbFlushesByItselfIsAWholeNumberOfBatches() throws Exception {
    store.close();
    RocksOptions small = new RocksOptions(1 << 20, 1 << 20, 2);
    int written = 0;
    for (int round = 0; round < 6; round++) {
      store = RocksStore.open(current, small);
      for (int i = 0; i < 25; i++) {
        WriteBatch batch = store.newBatch();
        batch.put(ColumnFamily.VERSIONS, bytes(String.format("%06d", written)), new byte[100_000]);
        batch.put(ColumnFamily.META, bytes("written"), bytes(Integer.toString(++written)));
        store.write(batch);
      }
      store.close();
      store = RocksStore.open(current, small);
      String found = get(ColumnFamily.META, "written");
      written = found == null ? 0 : Integer.parseInt(found);
      assertThat(get(ColumnFamily.VERSIONS, String.format("%06d", written))).isNull();
      for (int i = 0; i < written; i++) {
        assertThat(get(ColumnFamily.VERSIONS, String.format("%06d", i))).hasSize(100_000);
      }
      store.close();
    }
    assertThat(written).as("batches that RocksDB flushed by itself").isPositive();
  }

  @Test
  void aReaderIsNotInTheWayOfAClose() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      put(ColumnFamily.CURRENT, "k" + i, "v");
    }
    Thread reader = new Thread(() -> {
      try {
        while (true) {
          try (var snapshot = store.snapshot(); var rows = snapshot.iterate(ColumnFamily.CURRENT, new byte[0], null)) {
            for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
              rows.value();
            }
          }
        }
      } catch (StoreException e) {
        return;
      }
    });
    reader.start();
    store.flush();
    store.close();
    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
  }

  /** It may take as long as writing the whole state does: whoever stops the node does not wait for it, and no failure comes of it. */
  @Test
  void aCloseEndsAReclaim() throws Exception {
    java.util.Random random = new java.util.Random(1);
    for (int i = 0; i < 600; i++) {
      byte[] value = new byte[100_000];
      random.nextBytes(value);
      WriteBatch batch = store.newBatch();
      batch.put(ColumnFamily.VERSIONS, bytes(String.format("%06d", i)), value);
      store.write(batch);
    }
    List<Throwable> failures = new ArrayList<>();
    Thread reclaim = new Thread(() -> {
      try {
        while (true) {
          store.reclaim();
        }
      } catch (StoreClosedException e) {
        // As it has to end.
      } catch (StoreException | RuntimeException e) {
        failures.add(e);
      }
    });
    reclaim.start();
    store.flush();
    store.close();
    reclaim.join(20_000);
    assertThat(reclaim.isAlive()).isFalse();
    assertThat(failures).isEmpty();
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
