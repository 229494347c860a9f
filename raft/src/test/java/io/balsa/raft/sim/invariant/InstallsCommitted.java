package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;

/** C6: an installed state is that of a committed entry, and later than what was applied; its digest is compared by ReplicasAgree. */
public final class InstallsCommitted implements Invariant {
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void installed(NodeView node, long before, LogId id) {
    Entry committed = ledger.committed(id.index());
    if (id.index() <= before || committed == null || !committed.id().equals(id)) {
      throw violated(node.id() + " had applied " + before + " and installs " + id + " where "
          + (committed == null ? "nothing" : committed.id()) + " is committed");
    }
  }
}
