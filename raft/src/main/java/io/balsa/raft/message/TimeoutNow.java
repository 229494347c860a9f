package io.balsa.raft.message;

/** Leadership transfer (thesis 3.10): stand for election at once. */
public record TimeoutNow(long term) implements Message {
}
