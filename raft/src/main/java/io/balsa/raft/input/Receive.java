package io.balsa.raft.input;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/**
 * A message arrived from a peer whose identity the transport has checked (I1).
 *
 * @param incarnation as the peer has proved it: a reply counts only if the newest configuration binds {@code from} to it
 */
public record Receive(NodeId from, long incarnation, Message message) implements Input {
}
