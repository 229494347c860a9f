package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/** Nobody answers a round of heartbeats that was not sent in that term: a leader would count the answer when it sends it (C3). */
public final class AnswersSentRounds implements Invariant {
  private final Map<Long, Long> newestRounds = new HashMap<>();

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (message instanceof Heartbeat heartbeat) {
      newestRounds.merge(heartbeat.term(), heartbeat.round(), Math::max);
    } else if (message instanceof HeartbeatReply reply && reply.round() > newestRounds.getOrDefault(reply.term(), 0L)) {
      throw violated(from.id() + " answers round " + reply.round() + " of term " + reply.term() + ", sent are "
          + newestRounds.getOrDefault(reply.term(), 0L));
    }
  }
}
