package io.balsa.raft.action;

/**
 * The peer says that what came by this transfer is not what was sent: is what is here what it was? SnapshotChecked answers if so; if
 * not, this node's own disk has failed, and that is its end.
 */
public record CheckSnapshot(long transfer) implements Action {
}
