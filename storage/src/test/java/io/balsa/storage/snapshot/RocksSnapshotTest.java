package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.state.RandomLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksSnapshotTest extends SnapshotContract {
  @TempDir
  Path directory;

  @Override
  Volume volume(String node) {
    return new FileVolume(directory.resolve(node));
  }

  @Override
  Stores stores(Volume volume) {
    return new RocksStores(Path.of(volume.toString()), RocksOptions.DEFAULT);
  }

  /**
   * The sender's disk gives something else than what RocksDB wrote there, always: the stream is whole, and its checksums are of what was
   * read. The receiver does not install that, wherever it is, and the sender finds it when it is told.
   */
  @Test
  void whatIsRottenAtTheSenderIsFoundByTheReceiverAndThenByTheSender() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(9, ENTRIES), 0, ENTRIES);
    OpenState follower = open(volume("b"));
    for (int place = 0; place < 20; place++) {
      try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
        Path table = largestTable(newestCheckpoint(directory.resolve("a")));
        long at = Files.size(table) * place / 20 + 1;
        flip(table, at);
        IncomingSnapshot received = follower.snapshots().receive(sent.meta());
        transfer(sent, received, Long.MAX_VALUE);
        assertThat(received.finish()).as("byte %d", at).isFalse();
        assertThatThrownBy(sent::check).as("byte %d", at).isInstanceOf(StateCorruptException.class)
            .hasMessageContaining("state is corrupt");
        flip(table, at);
      }
    }
    install(leader, follower);
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
  }

  /** It was sent as it was, and rots afterwards: then, too, it is this node's disk that has failed. */
  @Test
  void whatRotsAfterItWasSentIsFoundByTheSender() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(10, ENTRIES), 0, ENTRIES);
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      sent.read(0, Integer.MAX_VALUE);
      sent.check();
      flip(newestCheckpoint(directory.resolve("a")).resolve("CURRENT"), 3);
      assertThatThrownBy(sent::check).isInstanceOf(StateCorruptException.class)
          .hasMessageContaining("file CURRENT of its checkpoint does not hold what was read from it before");
    }
  }

  private static Path newestCheckpoint(Path node) throws IOException {
    try (Stream<Path> paths = Files.list(node)) {
      return paths.filter(path -> path.getFileName().toString().startsWith(Stores.CHECKPOINT_PREFIX)).findFirst()
          .orElseThrow();
    }
  }

  private static Path largestTable(Path checkpoint) throws IOException {
    try (Stream<Path> paths = Files.list(checkpoint)) {
      return paths.filter(path -> path.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(path -> path.toFile().length())).orElseThrow();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }
}
