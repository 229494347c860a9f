package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;

/**
 * A snapshot is needed for this peer, of the state at {@code minIndex} or later, which is applied here. SnapshotOpened answers.
 *
 * @param transfer names what belongs to it from now on
 */
public record OpenSnapshot(long transfer, NodeId to, long minIndex) implements Action {
}
