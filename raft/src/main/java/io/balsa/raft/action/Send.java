package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;

/**
 * Send this now. It may be lost.
 *
 * @param incarnation this one and no other: what is meant for a node that is gone must not reach its successor under the same id (I1)
 */
public record Send(NodeId to, long incarnation, Message message) implements Action {
}
