package io.balsa.raft.message;

/**
 * What arrived was not what was sent, and was discarded: the leader is to check its copy, and not to send this snapshot again.
 *
 * @param snapshotId the snapshot that is spoken of
 */
public record SnapshotRefused(long term, long snapshotId) implements Message {
}
