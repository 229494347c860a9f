package io.balsa.server;

import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.storage.log.FileDisk;
import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.SegmentedLog;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.Stream;

/** What a group keeps on disk: its log and its state, opened together, because each is checked against the other (L2). */
final class GroupStorage implements AutoCloseable {
  private final Path logDirectory;
  private final SegmentedLog log;
  private final KvStateMachine machine;

  private GroupStorage(Path logDirectory, SegmentedLog log, KvStateMachine machine) {
    this.logDirectory = logDirectory;
    this.log = log;
    this.machine = machine;
  }

  /**
   * Opens what is there. A log is only made while the node is FORMING: later, a log that is missing is a log that was lost (I3).
   *
   * @throws IOException if a disk fails, or if log or state are damaged; the message says what to do
   */
  static GroupStorage open(DataDirectory data, FormedRecord formed) throws IOException {
    KvStateMachine machine = KvStateMachine.open(RocksStore.open(data.state(), RocksOptions.DEFAULT));
    try {
      FileDisk disk = new FileDisk(data.log());
      LogOptions options = LogOptions.of(new SecureRandom()::nextLong).withApplied(machine.applied());
      if (formed.state() == FormedRecord.State.FORMING) {
        disk.createDirectory();
        options = options.creating(formed.initial());
      }
      return new GroupStorage(data.log(), SegmentedLog.open(disk, options), machine);
    } catch (IOException | RuntimeException e) {
      try {
        machine.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  SegmentedLog log() {
    return log;
  }

  KvStateMachine machine() {
    return machine;
  }

  /** What the log's files take. Touches the disk. */
  long logBytes() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(logDirectory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += bytes(file);
      }
    }
    return bytes;
  }

  private static long bytes(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // renamed or removed just now
    }
  }

  long stateBytes() throws IOException {
    return machine.approximateBytes();
  }

  /** Flushes the state, so that the next start has nothing to replay. */
  @Override
  public void close() throws IOException {
    try (log) {
      machine.close();
    }
  }
}
