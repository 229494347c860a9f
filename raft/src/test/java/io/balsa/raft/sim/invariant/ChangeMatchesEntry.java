package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;

/** A change of the membership is said to be applied when it is committed: this very entry, which this node appended (E1). */
public final class ChangeMatchesEntry implements Invariant {
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void changeApplied(NodeView node, Call call, Configuration configuration, long index) {
    Entry committed = ledger.committed(index);
    Ledger.Known known = committed == null ? null : ledger.known(committed.id());
    if (committed == null || committed.type() != EntryType.CONFIGURATION || known == null
        || known.appendedBy().incarnation() != node.incarnation()
        || !Configuration.decode(committed.payload()).equals(configuration)) {
      throw violated(node.id() + " answers " + call + " with " + configuration + " at " + index + " where "
          + (known == null ? "nothing" : known.entry() + " of " + known.appendedBy().id()) + " is committed");
    }
  }
}
