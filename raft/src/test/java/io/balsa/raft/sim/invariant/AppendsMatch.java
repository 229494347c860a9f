package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;

/**
 * Entries that are read from the log after they were to be sent are those that were meant (C2): none is of a later term than its
 * message, and each stands behind what it stands behind in every log.
 */
public final class AppendsMatch implements Invariant {
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (!(message instanceof AppendEntries append)) {
      return;
    }
    LogId before = append.prev();
    for (Entry entry : append.entries()) {
      if (entry.term() > append.term()) {
        throw violated(from.id() + " sends " + entry.id() + " to " + to + " as the leader of term " + append.term());
      }
      Ledger.Known known = ledger.known(entry.id());
      if (known == null || !known.before().equals(before)) {
        throw violated(from.id() + " sends " + entry.id() + " to " + to + " behind " + before + ", of which is known "
            + known);
      }
      before = entry.id();
    }
  }
}
