package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;
import java.util.TreeMap;

/**
 * A leader moves its commit index only to an entry of its own term (thesis 3.6.2): entries before it are committed by it. Figure
 * 3.7 shows what happens otherwise. Judged by what a poll leaves behind: when its thread is preempted, what is applied meanwhile
 * may be less than what it committed.
 */
public final class LeaderCommitsOwnTerm implements Invariant {
  private final TreeMap<NodeId, Long> commitIndexes = new TreeMap<>();

  @Override
  public void started(NodeView node, RecoveredLog recovered) {
    commitIndexes.remove(node.id());
  }

  @Override
  public void polled(NodeView node, Pointers now) {
    Long before = commitIndexes.put(node.id(), now.commitIndex());
    if (node.role() == Role.LEADER && before != null && now.commitIndex() > before
        && node.termAt(now.commitIndex()) != node.term()) {
      throw violated(node.id() + " leads term " + node.term() + " and commits " + node.termAt(now.commitIndex()) + "/"
          + now.commitIndex());
    }
  }

  /** Where its commit index went is seen when the poll is over. */
  @Override
  public void committedAtLeast(NodeView node, long index) {
    // Of a leader's entries of earlier terms the first may be applied on their own.
  }
}
