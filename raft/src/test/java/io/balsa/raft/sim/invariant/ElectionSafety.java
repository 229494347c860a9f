package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/**
 * At most one leader in a term (thesis 3.4), and one process of it: a node that crashed does not lead the same term again.
 */
public final class ElectionSafety implements Invariant {
  private record Leader(NodeId id, long incarnation, int life) {
  }

  private final Map<Long, Leader> leaders = new HashMap<>();

  @Override
  public void roleChanged(NodeView node, RoleChanged change) {
    if (change.role() != Role.LEADER) {
      return;
    }
    Leader leader = new Leader(node.id(), node.incarnation(), node.life());
    Leader earlier = leaders.putIfAbsent(change.term(), leader);
    if (earlier != null && !earlier.equals(leader)) {
      throw violated("two leaders in term " + change.term() + ": " + earlier + " and " + leader);
    }
  }
}
