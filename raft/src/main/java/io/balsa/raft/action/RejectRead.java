package io.balsa.raft.action;

/**
 * The read was not served; ask again, elsewhere.
 */
public record RejectRead(long context, Rejection why) implements Action {
}
