package io.balsa.server.transport;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/** Takes messages from peers whose identity was checked. Called on event loops: never blocks, drops when it is full. */
public interface PeerSink {
  /** @param incarnation what the peer has proved to be */
  void receive(NodeId from, long incarnation, Message message);
}
