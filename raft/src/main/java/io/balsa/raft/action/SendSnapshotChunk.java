package io.balsa.raft.action;

import io.balsa.raft.log.NodeId;

/**
 * Read what follows {@code offset} in the snapshot opened for this transfer, and send it as InstallSnapshot.
 *
 * @param incarnation as in Send
 */
public record SendSnapshotChunk(long transfer, NodeId to, long incarnation, long term, long offset)
    implements
      Action {
}
