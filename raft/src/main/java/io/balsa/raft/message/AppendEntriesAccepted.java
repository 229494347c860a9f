package io.balsa.raft.message;

/**
 * The follower's log holds the leader's entries up to {@code matchIndex}, durably: it leaves only after that sync.
 */
public record AppendEntriesAccepted(long term, long matchIndex) implements Message {
}
