package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Entry;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.List;

/** An entry committed in a term is in the log of every leader of a later term (thesis 3.6.1). */
public final class LeaderCompleteness implements Invariant {
  private List<? extends NodeView> nodes = List.of();
  private Ledger ledger = new Ledger();
  private long checkedTo;

  @Override
  public void begins(World world) {
    nodes = world.nodes();
    ledger = world.ledger();
  }

  @Override
  public void roleChanged(NodeView node, RoleChanged change) {
    if (change.role() == Role.LEADER) {
      List<Entry> committed = ledger.committed();
      int last = committed.size() - 1;
      while (last >= 0 && ledger.committedIn(last + 1) >= change.term()) {
        last--;
      }
      if (last >= 0) {
        mustHold(node, change.term(), committed.get(last));
      }
    }
  }

  @Override
  public void committed(NodeView node, long commitIndex) {
    if (commitIndex <= checkedTo) {
      return;
    }
    checkedTo = commitIndex;
    Entry entry = ledger.committed(commitIndex);
    for (NodeView other : nodes) {
      if (entry != null && other.running() && other.role() == Role.LEADER
          && other.term() > ledger.committedIn(commitIndex)) {
        mustHold(other, other.term(), entry);
      }
    }
  }

  private void mustHold(NodeView leader, long term, Entry committed) {
    // By Log Matching, holding the last one means holding all.
    if (leader.termAt(committed.index()) != committed.term()) {
      throw violated(leader.id() + " leads term " + term + " without the committed " + committed.id() + "; it has "
          + leader.termAt(committed.index()) + " there");
    }
  }
}
