package io.balsa.raft.input;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/**
 * A message arrived from a peer whose identity the transport has checked (I1).
 */
public record Receive(NodeId from, Message message) implements Input {
}
