package io.balsa.storage.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.snapshot.FileVolume;
import io.balsa.storage.snapshot.OpenState;
import io.balsa.storage.snapshot.StateOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The real state machine on RocksDB, in a folder of this machine for the length of a run. What is simulated stays far below a
 * memtable, so only the simulator's flushes reach the disk: a crash is a close without one. What RocksDB's files look like differs from
 * run to run, so these states are neither sent nor damaged.
 */
public final class RocksKvState extends KvState {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path folder;
  private @Nullable PreemptedStores stores;

  public RocksKvState(Configuration initial, SimRandom random) {
    super(initial, random);
    try {
      folder = Files.isWritable(SHARED_MEMORY) ? Files.createTempDirectory(SHARED_MEMORY, "balsa-sim-")
          : Files.createTempDirectory("balsa-sim-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected OpenState openState(StateOptions stateOptions, Runnable beforeEachWrite) throws IOException {
    stores = new PreemptedStores(new RocksStores(folder, RocksOptions.DEFAULT), beforeEachWrite);
    return OpenState.open(new FileVolume(folder), stores, stateOptions);
  }

  @Override
  public void crash(NodeDisk.Crash kind, SimRandom random) {
    closeAll();
    super.crash(kind, random);
  }

  private void closeAll() {
    PreemptedStores ended = stores;
    stores = null;
    try {
      if (ended != null) {
        ended.closeAll();
      }
    } catch (StoreException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stopSoon(SimRandom random) {
    // The files are this machine's own.
  }

  @Override
  public boolean failWriteSoon(SimRandom random) {
    return false;
  }

  @Override
  public String lose(SimRandom random) {
    throw new UnsupportedOperationException("this state is not lost");
  }

  @Override
  public void discard() {
    closeAll();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
