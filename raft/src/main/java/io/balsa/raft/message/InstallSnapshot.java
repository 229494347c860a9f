package io.balsa.raft.message;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;

/**
 * One chunk of a snapshot (paper, section 7).
 *
 * @param snapshot the same in every chunk
 * @param offset   where the data belongs
 */
public record InstallSnapshot(long term, SnapshotMeta snapshot, long offset, Bytes data) implements Message {
}
