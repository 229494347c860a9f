package io.balsa.raft.action;

/**
 * The end of a leadership transfer.
 *
 * @param reason why it failed, for people; empty if it did not
 */
public record TransferEnded(boolean transferred, String reason) implements Action {
}
