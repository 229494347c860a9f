package io.balsa.server;

import io.balsa.raft.log.LogStart;
import io.balsa.server.config.LogLimits;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.storage.log.FileDisk;

import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.SegmentedLog;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.snapshot.BackupFile;
import io.balsa.storage.snapshot.FileVolume;
import io.balsa.storage.snapshot.OpenState;
import io.balsa.storage.snapshot.StateDirectory;
import io.balsa.storage.snapshot.StateOptions;
import io.balsa.storage.snapshot.Volume;
import io.balsa.storage.state.AppliedState;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a group keeps on disk: its log and its state, opened together, because each is checked against the other (L2). */
final class GroupStorage implements AutoCloseable {
  private final Path logDirectory;
  private final SegmentedLog log;
  private final KvStateMachine machine;
  private final StateDirectory snapshots;
  private final Volume volume;
  private final @Nullable String setAside;

  private GroupStorage(Path logDirectory, SegmentedLog log, OpenState state, Volume volume) {
    this.logDirectory = logDirectory;
    this.log = log;
    this.machine = state.machine();
    this.snapshots = state.snapshots();
    this.setAside = state.setAside();
    this.volume = volume;
  }

  /**
   * Opens what is there. A log is only made while the node is FORMING: later, a log that is missing is a log that was lost (I3). A
   * state that is missing or damaged is set aside: log or leader bring it back, under this identity, because log and hard state are
   * whole, or this would throw.
   *
   * @param startDigest of what lies in the directory (I2)
   * @throws IOException if a disk fails, or if the log is damaged; the message says what to do
   */
  static GroupStorage open(DataDirectory data, FormedRecord formed, long startDigest, LogLimits limits)
      throws IOException {
    SecureRandom random = new SecureRandom();
    Volume volume = new FileVolume(data.group());
    OpenState state = OpenState.open(volume, new RocksStores(data.group(), RocksOptions.DEFAULT),
        StateOptions.of(random::nextLong).withInitial(formed.initial()));
    KvStateMachine machine = state.machine();
    try {
      FileDisk disk = new FileDisk(data.log());
      LogOptions options = LogOptions.of(random::nextLong).withSegmentBytes(limits.segmentBytes())
          .withApplied(machine.applied());
      if (machine.applied().index() == 0) {
        // Set aside at this start or at one before: what the log does not reach back to comes as a snapshot.
        options = options.withLostState();
      }
      LogStart owed = machine.logResetOwed();
      if (owed != null) {
        options = options.withReset(owed);
      }
      if (formed.state() == FormedRecord.State.FORMING) {
        disk.createDirectory();
        options = options.creating(begin(machine, formed, startDigest));
      }
      SegmentedLog log = SegmentedLog.open(disk, options);
      if (owed != null) {
        machine.logReset();
      }
      return new GroupStorage(data.log(), log, state, volume);
    } catch (IOException | RuntimeException e) {
      try {
        machine.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** What the log of a new cluster begins behind: nothing, or what was restored (E4). */
  private static LogStart begin(KvStateMachine machine, FormedRecord formed, long startDigest) throws IOException {
    // Whoever joins gets what was restored as a snapshot: its own log and state begin with nothing.
    if (formed.startDigest() == 0 || formed.origin() != FormedRecord.Origin.FOUNDER) {
      return LogStart.initial(formed.initial());
    }
    AppliedState restored = machine.appliedState();
    if (startDigest != formed.startDigest() || !restored.applied().equals(BackupFile.RESTORED)) {
      throw new IOException(
          "the snapshot that this node was to start from is not in its data directory any more: restore it"
              + " again, into an empty directory");
    }
    return new LogStart(restored.applied(), restored.stampNanos(), formed.initial());
  }

  /** Why the state that was there was set aside at this start, or null. */
  @Nullable
  String setAside() {
    return setAside;
  }

  StateDirectory snapshots() {
    return snapshots;
  }

  /** The state is damaged: the next start sets it aside (I3). Any thread. */
  void markCorrupt(String why) throws IOException {
    StateDirectory.markCorrupt(volume, why);
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
