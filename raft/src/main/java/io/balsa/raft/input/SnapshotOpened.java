package io.balsa.raft.input;

import io.balsa.raft.log.SnapshotMeta;

/**
 * The snapshot for this transfer is there to be sent.
 */
public record SnapshotOpened(long transfer, SnapshotMeta snapshot) implements Input {
}
