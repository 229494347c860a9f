package io.balsa.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without a WAL a checkpoint is what was flushed: all tables of one moment, while writes go on. */
final class RocksCheckpointTest {
  private static final byte[] KEY = {1};

  @TempDir
  Path directory;

  /** A memtable so small that RocksDB also flushes by itself, in the middle of checkpoints. */
  @Test
  void a3_aCheckpointIsOneMomentOfAllTablesWhileWritesGoOn() throws Exception {
    RocksStores stores = new RocksStores(directory, new RocksOptions(1 << 20, 1 << 20, 2));
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    try (KeyValueStore store = stores.open("state")) {
      Thread writer = new Thread(() -> {
        try {
          while (!stop.get()) {
            WriteBatch batch = store.newBatch();
            int number = written.get() + 1;
            for (ColumnFamily family : ColumnFamily.values()) {
              batch.put(family, KEY, number(number));
              batch.put(family, number(number), new byte[500]);
            }
            store.write(batch);
            written.set(number);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      writer.start();
      try {
        for (int round = 0; round < 15; round++) {
          int before = written.get();
          while (written.get() < before + 20) {
            Thread.onSpinWait();
          }
          int least = written.get();
          try (Checkpoint checkpoint = store.checkpoint()) {
            int most = written.get() + 1;
            String copy = "copy-" + round;
            copy(checkpoint, directory.resolve(copy));
            try (KeyValueStore opened = stores.open(copy)) {
              int held = ByteBuffer.wrap(opened.get(ColumnFamily.META, KEY)).getInt();
              assertThat(held).isBetween(least, most);
              assertThat(checkpoint.get(ColumnFamily.META, KEY)).isEqualTo(number(held));
              for (ColumnFamily family : ColumnFamily.values()) {
                assertThat(opened.get(family, KEY)).as("%s of batch %d", family, held).isEqualTo(number(held));
                assertThat(opened.get(family, number(held))).isNotNull();
                assertThat(opened.get(family, number(held + 1))).isNull();
              }
            }
          }
        }
      } finally {
        stop.set(true);
        writer.join();
      }
    }
    try (var names = Files.list(directory)) {
      assertThat(names.map(name -> name.getFileName().toString())).noneMatch(name -> name.startsWith("checkpoint"));
    }
  }

  /** Its files are links: they stay what they were when the store compacts, or is gone. */
  @Test
  void aCheckpointOutlivesItsStore() throws Exception {
    RocksStores stores = new RocksStores(directory, RocksOptions.DEFAULT);
    Checkpoint checkpoint;
    try (KeyValueStore store = stores.open("state")) {
      WriteBatch batch = store.newBatch();
      batch.put(ColumnFamily.META, KEY, number(1));
      store.write(batch);
      checkpoint = store.checkpoint();
    }
    try (var files = Files.list(directory.resolve("state"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    copy(checkpoint, directory.resolve("copy"));
    assertThat(checkpoint.get(ColumnFamily.META, KEY)).isEqualTo(number(1));
    assertThat(stores.peek("copy", ColumnFamily.META, KEY)).isEqualTo(number(1));
    checkpoint.close();
    checkpoint.close();
  }

  private static void copy(Checkpoint checkpoint, Path to) throws IOException {
    Files.createDirectories(to);
    for (Checkpoint.File file : checkpoint.files()) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.bytes());
      assertThat(checkpoint.read(file.name(), 0, bytes)).isEqualTo(bytes.capacity());
      Files.write(to.resolve(file.name()), bytes.array());
    }
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }
}
