package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.List;

/**
 * Whoever stands for election is a voter, as this very incarnation, in the newest configuration of its log, or in the newest that it
 * knows to be committed (I2; thesis 4.2.2). When it stands: its request may leave behind a sync that ends when its log, and with that
 * the configuration, has long been truncated at a new leader's word.
 */
public final class StandsOnlyAsVoter implements Invariant {
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void roleChanged(NodeView from, RoleChanged change) {
    if (change.role() != Role.PRE_CANDIDATE && change.role() != Role.CANDIDATE) {
      return;
    }
    List<Ledger.ConfigurationAt> inLog = ledger.configurations(from::termAt);
    for (int i = inLog.size() - 1; i >= 0; i--) {
      Ledger.ConfigurationAt at = inLog.get(i);
      if (at.configuration().isVoter(from.id()) && at.configuration().binds(from.id(), from.incarnation())) {
        return;
      }
      if (at.id().index() <= from.commitIndex()) {
        break;
      }
    }
    throw violated(from.id() + " of incarnation " + from.incarnation() + " is " + change.role() + " and no voter in "
        + inLog.get(inLog.size() - 1));
  }
}
