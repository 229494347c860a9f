package io.balsa.raft.message;

/**
 * What one node says to another. One record for each kind, with fields of one meaning. Every message carries the sender's
 * term (PreVote: the term it would stand in).
 */
public sealed interface Message permits RequestVote, RequestVoteReply, PreVote, PreVoteReply, AppendEntries,
    AppendEntriesAccepted, AppendEntriesRejected, Heartbeat, HeartbeatReply, TimeoutNow, InstallSnapshot,
    InstallSnapshotReply, SnapshotRefused, ReadIndex, ReadIndexReply, LostEntries {
  long term();
}
