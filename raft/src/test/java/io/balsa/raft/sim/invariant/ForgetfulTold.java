package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Only a peer whose disk truly forgot is said to have (I4); from then on its leader never asks it again whether it leads. And an
 * incarnation whose directory is lost is never heard of again (I2).
 */
public final class ForgetfulTold implements Invariant {
  private record Told(long leader, NodeId peer, long incarnation, long term) {
  }

  private final List<Told> told = new ArrayList<>();
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void peerForgot(NodeView leader, NodeView peer) {
    if (!peer.isForgetful()) {
      throw violated(leader.id() + " says that " + peer.id() + " forgot what it had acknowledged; its disk keeps all");
    }
    told.add(new Told(leader.incarnation(), peer.id(), peer.incarnation(), leader.term()));
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (from.isLost()) {
      throw violated(from.id() + " of the lost incarnation " + from.incarnation() + " sends " + message);
    }
    for (Told each : told) {
      if (each.leader() == from.incarnation() && each.peer().equals(to) && each.term() == message.term()
          && message instanceof Heartbeat && isStillMember(from, each)) {
        throw violated(from.id() + " sends " + message + " to " + to + ", which forgot");
      }
    }
  }

  /** Its successor under the same id starts afresh. */
  private boolean isStillMember(NodeView leader, Told each) {
    return ledger.newestConfiguration(leader::termAt).configuration().binds(each.peer(), each.incarnation());
  }
}
