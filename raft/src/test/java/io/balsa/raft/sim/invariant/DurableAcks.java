package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;

/** An AppendEntries is acknowledged only when its term and its entries are on the disk (C1). */
public final class DurableAcks implements Invariant {
  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (!(message instanceof AppendEntriesAccepted accepted)) {
      return;
    }
    long term = from.durable().hardState().term();
    if (term > accepted.term()) {
      return; // a later leader may have made this node truncate since; the old leader counts the past, rightly
    }
    if (term < accepted.term() || from.durable().lastIndex() < accepted.matchIndex()) {
      throw violated(from.id() + " sends " + accepted + " with term " + term + " and " + from.durable().lastIndex()
          + " entries on its disk");
    }
  }
}
