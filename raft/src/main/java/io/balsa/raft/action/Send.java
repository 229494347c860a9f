package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/**
 * Send this now. It may be lost.
 */
public record Send(NodeId to, Message message) implements Action {
}
