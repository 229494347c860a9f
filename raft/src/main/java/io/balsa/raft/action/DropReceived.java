package io.balsa.raft.action;

/**
 * What was received under this name is not wanted any more.
 */
public record DropReceived(long reception) implements Action {
}
