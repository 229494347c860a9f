package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/**
 * A leader sends no round twice to a peer in a term, and the answer to a heartbeat names a round that its receiver has sent to its
 * sender in that very term, or none: a leader counts it as proof that it still led when that round was on its way (C3).
 */
public final class RoundsAnswered implements Invariant {
  private record Link(NodeId leader, NodeId peer, long term) {
  }

  private final Map<Link, Long> lastRound = new HashMap<>();

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (message instanceof Heartbeat heartbeat) {
      Long last = lastRound.put(new Link(from.id(), to, heartbeat.term()), heartbeat.round());
      if (last != null && heartbeat.round() <= last) {
        throw violated(from.id() + " sends " + heartbeat + " to " + to + " after round " + last + " of that term");
      }
    } else if (message instanceof HeartbeatReply reply
        && reply.round() > lastRound.getOrDefault(new Link(to, from.id(), reply.term()), HeartbeatReply.NO_ROUND)) {
      throw violated(from.id() + " answers a round that " + to + " has not sent to it in that term: " + reply);
    }
  }
}
