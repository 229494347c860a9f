package io.balsa.raft.sim;

/** The pointers of one node at one moment. */
public record Pointers(long term, long firstIndex, long lastIndex, long commitIndex, long appliedIndex) {
}
