package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;

/**
 * A peer as its leader sees it.
 *
 * @param matchIndex  what it holds durably of the leader's log
 * @param silentNanos since when nothing was heard of it; Long.MAX_VALUE: it has not been heard in this term
 * @param isCaughtUp  what it lacked a moment ago it had within an election timeout: it could be promoted
 * @param hasForgotten it lost entries that it had acknowledged, and counts for nothing (I4)
 */
public record PeerStatus(NodeId id, long matchIndex, long silentNanos, boolean isCaughtUp,
    boolean isReceivingSnapshot, boolean hasForgotten) {
}
