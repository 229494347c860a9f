package io.balsa.raft.port;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
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
   * LogId, stamp and configuration (A3). It may stop behind any entry but not before the first: what the rest would give may be more
   * than the process has room for, however few bytes the entries have. Applier's thread.
   *
   * @return one result for each entry that was applied, null for entries that are no command
   */
  List<@Nullable R> apply(List<Entry> entries) throws IOException;

  /**
   * The cluster time in nanoseconds at which the next lease, session or lock wait is due, or Long.MAX_VALUE if none exists
   * (T4), after the last apply. Applier's thread.
   */
  long nextDueNanos();

  /**
   * What a crash at this moment would leave: the log is never compacted above it (L5). Any thread but the raft thread, also while
   * the applier installs a snapshot; touches the disk.
   */
  LogId flushedApplied() throws IOException;

  /** Makes all that was applied before durable. Waits for the disk. Any thread but the raft thread. */
  void flush() throws IOException;

  /**
   * Becomes what a finished snapshot holds, durably when this returns: open iterators are ended, the snapshot's files take the
   * place of the state's by one rename, which also says whether the log is to be reset (C6). Those of the state before are still there:
   * {@link #removeObsolete}. Applier's thread.
   *
   * @param resetLog the log lacks the snapshot's LogId: until {@link #logReset} is called, a start resets it again
   */
  void install(IncomingSnapshot snapshot, boolean resetLog) throws IOException;

  /**
   * Whether there may be something for {@link #removeObsolete} that arose since this was last asked: by an apply, by an install, or
   * before this process began. In memory; applier's thread.
   */
  boolean takeObsolete();

  /**
   * Removes a piece of what nobody can see any more: of states that {@link #install} has replaced, of what commands have given up. It
   * may take long to go, so apply does not wait for it; what is visible, and what later entries do, is the same with it and without it.
   * Any thread but the raft thread and the applier, beside which it runs, one at a time; touches the disk. What is left when the
   * process ends goes after the next start.
   *
   * @return whether there is more
   */
  boolean removeObsolete() throws IOException;

  /** The log was reset to what was installed, durably: forgets that it had to be (C6). Applier's thread. */
  void logReset() throws IOException;

  /**
   * What an {@link #install} with {@code resetLog} left, whose {@link #logReset} has not been called: the log is to begin behind it,
   * whatever it holds now, unless it holds this very entry. Null: nothing is owed. Before the applier runs.
   */
  @Nullable
  LogStart logResetOwed();

  @Override
  void close() throws IOException;
}
