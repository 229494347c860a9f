package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;

/**
 * A leader moves its commit index only to an entry of its own term (thesis 3.6.2): entries before it are committed by it. Figure
 * 3.7 shows what happens otherwise.
 */
public final class LeaderCommitsOwnTerm implements Invariant {
  @Override
  public void committed(NodeView node, long commitIndex) {
    if (node.role() == Role.LEADER && node.termAt(commitIndex) != node.term()) {
      throw violated(node.id() + " leads term " + node.term() + " and commits " + node.termAt(commitIndex) + "/"
          + commitIndex);
    }
  }

  /** Where its commit index went is seen when the poll is over. */
  @Override
  public void committedAtLeast(NodeView node, long index) {
    // Of a leader's entries of earlier terms the first may be applied on their own.
  }
}
