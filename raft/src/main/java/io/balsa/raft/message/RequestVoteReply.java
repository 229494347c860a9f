package io.balsa.raft.message;

/** A granted vote leaves only when it is durable. */
public record RequestVoteReply(long term, boolean granted) implements Message {
}
