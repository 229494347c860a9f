package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;

/** C6: a log that holds the LogId of a snapshot is never reset to it, for what follows may be acknowledged. */
public final class NothingDropped implements Invariant {
  @Override
  public void resetting(NodeView node, LogId base) {
    if (node.termAt(base.index()) == base.term()) {
      throw violated(node.id() + " holds " + base + " and drops its " + node.log().size() + " entries");
    }
  }
}
