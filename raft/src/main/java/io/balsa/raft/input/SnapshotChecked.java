package io.balsa.raft.input;

/**
 * CheckSnapshot is done: what this node has sent is what it holds, and that is whole. It gives it to nobody else.
 */
public record SnapshotChecked(long transfer) implements Input {
}
