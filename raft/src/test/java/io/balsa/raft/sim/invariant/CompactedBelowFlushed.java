package io.balsa.raft.sim.invariant;

import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;

/** L5: the log is compacted to no more than what a crash would leave of the state. */
public final class CompactedBelowFlushed implements Invariant {
  @Override
  public void compacted(NodeView node, long index) {
    if (index > node.flushedIndex()) {
      throw violated(node.id() + " compacts its log up to " + index + ", its state is flushed up to "
          + node.flushedIndex());
    }
  }
}
