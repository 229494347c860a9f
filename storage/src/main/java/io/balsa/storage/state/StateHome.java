package io.balsa.storage.state;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.storage.kv.KeyValueStore;
import java.io.IOException;

/**
 * Where a state machine's store lives, and what puts a snapshot in its place (C6). Called by the state machine, on the applier's
 * thread, but for {@link #removeReplaced}; each method is durable when it returns.
 */
public interface StateHome {

  /** The store that is open; the same until {@link #install}. */
  KeyValueStore store();

  /**
   * Opens the store that a finished snapshot is, checks that it holds what the snapshot's meta says, and makes it the one that
   * every later start opens. The store before it stays open, for whoever still reads it, until {@link #replaced}.
   *
   * @param resetLog also says, durably and in the same step, that the log is to be reset to the snapshot
   */
  KeyValueStore install(IncomingSnapshot snapshot, boolean resetLog) throws IOException;

  /** Nobody needs the store before the installed one any more: it is closed, and its files may go. */
  void replaced() throws IOException;

  /**
   * Removes a piece of the stores that were {@link #replaced}. Any thread that may wait for a disk, one at a time. What is left of
   * them at the next start goes then.
   *
   * @return whether there is more
   */
  boolean removeReplaced() throws IOException;

  /**
   * The configuration that the cluster began with. It is in no entry, and the header of a log that holds it is compacted away: so the
   * state keeps it from its first batch on, and a snapshot of the state has it for those who reset their logs to it (I5). The
   * same on every node.
   */
  Configuration initialConfiguration();

  /** {@link #install} said that the log is to be reset, and {@link #logReset} has not been called. */
  boolean isLogResetOwed();

  /** Forgets that the log is to be reset. */
  void logReset() throws IOException;
}
