package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;

/**
 * A peer lost entries that it had acknowledged (I4): its disk does not keep what it confirms. It counts for nothing in this term any
 * more, and is told to stop.
 *
 * @param matchIndex what it had acknowledged before it was asked
 * @param lastIndex  where its log ended when it answered
 */
public record PeerForgot(NodeId peer, long matchIndex, long lastIndex) implements Action {
}
