package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;

/** A leader never removes an entry of its log (thesis 3.5). */
public final class LeaderAppendOnly implements Invariant {
  @Override
  public void truncating(NodeView node, long fromIndex) {
    // The step that deposes a leader may truncate before its role is told; the new term is in the log by then.
    if (node.role() == Role.LEADER && node.hardState().term() == node.term()) {
      throw violated(node.id() + " leads term " + node.term() + " and truncates from " + fromIndex);
    }
  }
}
