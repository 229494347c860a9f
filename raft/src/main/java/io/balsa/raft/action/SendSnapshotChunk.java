package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;

/**
 * Read what follows {@code offset} in the snapshot opened for this transfer, and send it as InstallSnapshot.
 */
public record SendSnapshotChunk(long transfer, NodeId to, long term, long offset) implements Action {
}
