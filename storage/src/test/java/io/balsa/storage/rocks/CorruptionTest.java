package io.balsa.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that do not hold what was written: a typed error that says so and what to do, never other rows. */
final class CorruptionTest {
  private static final int ROWS = 2_000;

  @TempDir
  Path directory;
  private Path state;

  @BeforeEach
  void writeSomething() throws Exception {
    state = directory.resolve("state");
    try (RocksStore store = RocksStore.open(state, RocksOptions.DEFAULT)) {
      WriteBatch batch = store.newBatch();
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
      byte[] value = new byte[100];
      for (int i = 0; i < ROWS; i++) {
        random.nextBytes(value);
        batch.put(ColumnFamily.VERSIONS, key(i), value.clone());
      }
      batch.put(ColumnFamily.META, key(0), new byte[]{1});
      store.write(batch);
      store.flush();
    }
  }

  @Test
  void theTestReadsWhatItWrote() throws Exception {
    readAll(state);
  }

  @Test
  void aFlippedBitInATable() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    Path table = largest(".sst");
    int corrupt = 0;
    for (int i = 0; i < 12; i++) {
      Path copy = copy("flip-" + i);
      long at = i == 0 ? Files.size(table) - 1 : i == 1 ? 0 : random.nextLong(Files.size(table));
      flip(copy.resolve(table.getFileName()), at);
      try {
        // A bit that nothing reads (a filter's padding, statistics) may be flipped unnoticed; then every row is right.
        readAll(copy);
      } catch (StateCorruptException e) {
        corrupt++;
        assertSaysWhatToDo(e, copy);
      }
    }
    assertThat(corrupt).isGreaterThanOrEqualTo(8);
  }

  @Test
  void aFlippedBitMetByAPointGet() throws Exception {
    Path table = largest(".sst");
    flip(table, Files.size(table) / 2);
    try (RocksStore store = RocksStore.open(state, RocksOptions.DEFAULT)) {
      assertThatThrownBy(() -> {
        for (int i = 0; i < ROWS; i++) {
          assertThat(store.get(ColumnFamily.VERSIONS, key(i))).hasSize(100);
        }
      }).isInstanceOfSatisfying(StateCorruptException.class, e -> assertSaysWhatToDo(e, state));
    }
  }

  @Test
  void aTableThatIsCutOrMissing() throws Exception {
    Path table = largest(".sst");
    for (long size : new long[]{0, 1, Files.size(table) / 2, Files.size(table) - 1}) {
      Path copy = copy("cut-" + size);
      try (FileChannel file = FileChannel.open(copy.resolve(table.getFileName()), StandardOpenOption.WRITE)) {
        file.truncate(size);
      }
      assertCorrupt(copy);
    }
    Files.delete(table);
    assertCorrupt(state);
  }

  @Test
  void theManifest() throws Exception {
    Path manifest = largest("MANIFEST");
    Path flipped = copy("flipped");
    flip(flipped.resolve(manifest.getFileName()), Files.size(manifest) / 2);
    assertCorrupt(flipped);
    Path empty = copy("empty");
    Files.write(empty.resolve(manifest.getFileName()), new byte[0]);
    assertCorrupt(empty);
    Files.delete(manifest);
    assertCorrupt(state);
  }

  @Test
  void theFileCurrent() throws Exception {
    Path wrong = copy("wrong");
    Files.writeString(wrong.resolve("CURRENT"), "MANIFEST-999999\n");
    assertCorrupt(wrong);
    Path empty = copy("empty");
    Files.writeString(empty.resolve("CURRENT"), "");
    assertCorrupt(empty);
    // Without it RocksDB would begin anew, and the second start would find an empty state.
    Files.delete(state.resolve("CURRENT"));
    assertCorrupt(state);
  }

  @Test
  void aTableThatANewerVersionAdded() throws Exception {
    try (var options = new org.rocksdb.Options().setCreateIfMissing(true)) {
      Path other = directory.resolve("newer");
      try (var database = org.rocksdb.RocksDB.open(options, other.toString());
          var family = database.createColumnFamily(
              new org.rocksdb.ColumnFamilyDescriptor("from-the-future".getBytes(StandardCharsets.UTF_8)))) {
        assertThat(family.getID()).isPositive();
      }
      assertThatThrownBy(() -> RocksStore.open(other, RocksOptions.DEFAULT)).isInstanceOf(StoreException.class)
          .isNotInstanceOf(StateCorruptException.class).hasMessageContaining("newer version");
    }
  }

  @Test
  void aDirectoryThatCannotBeMade() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> RocksStore.open(file.resolve("state"), RocksOptions.DEFAULT))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be opened");
  }

  /** At every start: a first one that fails must not make a second one find something else. */
  private static void assertCorrupt(Path at) {
    for (int start = 1; start <= 3; start++) {
      assertThatThrownBy(() -> readAll(at)).as("%s, start %s", at.getFileName(), start)
          .isInstanceOfSatisfying(StateCorruptException.class, e -> assertSaysWhatToDo(e, at));
    }
  }

  private static void assertSaysWhatToDo(StateCorruptException e, Path at) {
    assertThat(e).hasMessageContaining("state is corrupt;").hasMessageContaining(at.toString())
        .hasMessageContaining("aside");
  }

  /** Every row by a walk, and its values: right, or an exception. */
  private static void readAll(Path at) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    byte[] value = new byte[100];
    try (RocksStore store = RocksStore.open(at, RocksOptions.DEFAULT);
        StoreIterator rows = store.iterate(ColumnFamily.VERSIONS, new byte[0], null)) {
      boolean onRow = rows.seekFirst();
      for (int i = 0; i < ROWS; i++) {
        random.nextBytes(value);
        assertThat(onRow).isTrue();
        assertThat(rows.key()).isEqualTo(key(i));
        assertThat(rows.value()).isEqualTo(value);
        onRow = rows.next();
      }
      assertThat(onRow).isFalse();
    }
  }

  private static byte[] key(int i) {
    return String.format("key-%06d", i).getBytes(StandardCharsets.UTF_8);
  }

  private Path copy(String name) throws IOException {
    Path copy = directory.resolve(name);
    RocksStoreTest.copy(state, copy);
    return copy;
  }

  private Path largest(String part) throws IOException {
    try (Stream<Path> files = Files.list(state)) {
      List<Path> named = files.filter(file -> file.getFileName().toString().contains(part)).toList();
      assertThat(named).isNotEmpty();
      Path largest = named.getFirst();
      for (Path file : named) {
        largest = Files.size(file) > Files.size(largest) ? file : largest;
      }
      return largest;
    }
  }

  private static void flip(Path path, long at) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      file.write(one.rewind(), at);
    }
  }
}
