package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.List;

/**
 * Whoever stands for election is a voter, as this very incarnation, in the newest configuration of its log, or in the newest that it
 * knows to be committed (I2; thesis 4.2.2).
 */
public final class StandsOnlyAsVoter implements Invariant {
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (!(message instanceof PreVote || message instanceof RequestVote)) {
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
    throw violated(from.id() + " of incarnation " + from.incarnation() + " sends " + message + " and is no voter in "
        + inLog.get(inLog.size() - 1));
  }
}
