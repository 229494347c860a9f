package io.balsa.raft.message;

/**
 * @param term    granted: the term asked for; refused: the voter's own term
 * @param granted whether the voter would vote for the asker
 */
public record PreVoteReply(long term, boolean granted) implements Message {
}
