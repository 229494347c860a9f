package io.balsa.raft.sim;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.port.RenewalSource;

/**
 * What a process does for clients above its RaftNode. Made with the process and ended with it. Its threads are those that {@link
 * SimProcess#newThread} gives and {@link SimProcess#readers}.
 *
 * @param <R> the result of a command
 */
public interface Services<R> extends RenewalSource<R> {
  /** On the raft thread, as a NodeListener is told. */
  void roleChanged(RoleChanged change);

  /**
   * The process is no more; none of its threads runs again.
   *
   * @param told whether its machine goes on and resets its connections; else it says nothing
   */
  void ended(boolean told);
}
