package io.balsa.raft.message;

/**
 * @param snapshotId the snapshot that is spoken of
 * @param nextOffset the next byte wanted
 * @param installed  the follower holds what the snapshot holds, and more perhaps: nothing more of it is wanted
 */
public record InstallSnapshotReply(long term, long snapshotId, long nextOffset, boolean installed) implements Message {
}
