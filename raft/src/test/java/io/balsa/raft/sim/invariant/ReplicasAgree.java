package io.balsa.raft.sim.invariant;

import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole state after an index is the same on every replica and after every replay (A1); at the end of the liveness phase, all
 * live replicas hold the same log and the same state.
 */
public final class ReplicasAgree implements Invariant {
  private record Seen(long digest, String node) {
  }

  private final Map<Long, Seen> digests = new HashMap<>();

  @Override
  public void stateAt(NodeView node, long index, long digest) {
    Seen first = digests.putIfAbsent(index, new Seen(digest, node.id() + " life " + node.life()));
    if (first != null && first.digest() != digest) {
      throw violated(node.id() + " life " + node.life() + " differs from " + first.node() + " after " + index);
    }
  }

  @Override
  public void ended(List<? extends NodeView> core) {
    NodeView first = core.get(0);
    for (NodeView node : core) {
      if (!node.log().equals(first.log()) || node.appliedIndex() != first.appliedIndex()) {
        throw violated("at the end " + node.id() + " holds " + node.log().size() + " entries, " + node.appliedIndex()
            + " applied; " + first.id() + " " + first.log().size() + " and " + first.appliedIndex());
      }
    }
  }
}
