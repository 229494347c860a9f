package io.balsa.raft.sim.invariant;

import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;

/**
 * first - 1 &lt;= applied &lt;= min(commit, durable) &lt;= last, for every node after every poll; but for a state that is lost (I3), or
 * being replaced (C6).
 */
public final class PointerOrder implements Invariant {
  @Override
  public void polled(NodeView node, Pointers p) {
    boolean ordered = (p.firstIndex() - 1 <= p.appliedIndex() || node.isStateLost() || node.isInstalling())
        && p.appliedIndex() <= p.commitIndex()
        && p.commitIndex() <= p.lastIndex();
    if (!ordered || (node.appliedIndex() > p.commitIndex() && !node.isInstalling())
        || p.lastIndex() != node.log().size()) {
      throw violated(
          node.id() + " has " + p + ", its machine " + node.appliedIndex() + ", its log " + node.log().size());
    }
    if (node.appliedIndex() > node.durable().lastIndex() && !node.isInstalling()) {
      throw violated(node.id() + " applied " + node.appliedIndex() + " and holds " + node.durable().lastIndex()
          + " on its disk");
    }
  }
}
