package io.balsa.storage.snapshot;

import io.balsa.raft.log.LogId;
import io.balsa.storage.log.Disk;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The pointer file CURRENT (C6).
 *
 * @param directory holds the state
 * @param installed what it held, at least, when this was written
 * @param resetLog  the log is still to be reset to {@code installed}: a start does it again
 */
record CurrentState(String directory, LogId installed, boolean resetLog) {
  static final String FILE = "CURRENT";

  private static final String FORMAT = "balsa-state";

  /** Durable when it returns; the one before it counts until then. */
  void write(Disk disk) throws IOException {
    new DurableRecord().with(FORMAT, 1).with("directory", directory).with("term", installed.term())
        .with("index", installed.index()).with("reset-log", resetLog).write(disk, FILE);
  }

  /** Null: there is none, or it does not hold what was written. */
  static @Nullable CurrentState read(Disk disk) throws IOException {
    try {
      DurableRecord record = DurableRecord.read(disk, FILE);
      if (record == null) {
        return null;
      }
      if (record.number(FORMAT) != 1) {
        throw new IOException(disk + "/" + FILE + " was written in format " + record.number(FORMAT)
            + ", and this program knows format 1: start the newer version that wrote it");
      }
      return new CurrentState(record.text("directory"), new LogId(record.number("term"), record.number("index")),
          Boolean.parseBoolean(record.text("reset-log")));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
