package io.balsa.raft.port;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/**
 * Sends messages to peers. Never blocks and never throws for a peer that cannot be reached: a message may be lost, doubled,
 * late or out of order, as on any network; its bytes are whole and its sender is who it says (I1). Any thread.
 */
public interface Transport {
  /** @param incarnation if it has no connection to this very incarnation, the message is lost: no other may get it */
  void send(NodeId to, long incarnation, Message message);
}
