package io.balsa.raft.port;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What committed entries are applied to. Apply is a total, deterministic function of the entries (A1, A6): a command that is
 * refused gives a result that says so; an exception stops the process.
 *
 * @param <R> the result of a command
 */
public interface StateMachine<R> extends AutoCloseable {

  /** What this store holds. Applier's thread, or before it runs. */
  LogId applied();

  /**
   * Applies entries that follow {@link #applied}, of every type, in order, as one atomic write together with the applied
   * LogId, stamp and configuration (A3). Applier's thread.
   *
   * @return one result for each entry, null for entries that are no command
   */
  List<@Nullable R> apply(List<Entry> entries) throws IOException;

  /**
   * The cluster time in nanoseconds at which the next lease, session or lock wait is due, or Long.MAX_VALUE if none exists
   * (T4), after the last apply. Applier's thread.
   */
  long nextDueNanos();

  @Override
  void close() throws IOException;
}
