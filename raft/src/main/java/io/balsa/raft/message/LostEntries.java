package io.balsa.raft.message;

/**
 * The receiver has lost entries that it had acknowledged in this term (I4): it must not vote, acknowledge or serve again.
 *
 * @param matchIndex what it had acknowledged
 */
public record LostEntries(long term, long matchIndex) implements Message {
}
