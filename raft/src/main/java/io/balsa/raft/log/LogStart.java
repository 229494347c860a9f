package io.balsa.raft.log;

/**
 * What a log begins behind: everything up to here is in the state machine, or in a snapshot of it.
 *
 * @param id            the last entry that the log does not hold; ZERO if it begins at the begin
 * @param stampNanos    that entry's stamp (T1)
 * @param configuration the last one at or before it
 */
public record LogStart(LogId id, long stampNanos, Configuration configuration) {

  /** The log of a new cluster. */
  public static LogStart initial(Configuration configuration) {
    return new LogStart(LogId.ZERO, 0, configuration);
  }
}
