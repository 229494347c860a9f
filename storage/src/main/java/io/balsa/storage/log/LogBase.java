package io.balsa.storage.log;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;

/**
 * What stands before the first entry of a log: everything up to here is in the state machine, or in a snapshot of it.
 *
 * @param id            the last entry that the log does not hold; ZERO if the log begins at the begin
 * @param stampNanos    the stamp of that entry
 * @param configuration the configuration up to that entry
 */
public record LogBase(LogId id, long stampNanos, Configuration configuration) {

  /** The begin of a new cluster's log. */
  public static LogBase initial(Configuration configuration) {
    return new LogBase(LogId.ZERO, 0, configuration);
  }

  /** A log that goes on where a snapshot ends. */
  public static LogBase of(SnapshotMeta snapshot) {
    return new LogBase(snapshot.lastIncluded(), snapshot.stampNanos(), snapshot.configuration());
  }
}
