package io.balsa.raft.action;

/**
 * This transfer is over, done or not: let go of its snapshot, now or when it is opened.
 */
public record CloseSnapshot(long transfer) implements Action {
}
