package io.balsa.raft.action;

/**
 * The read may be served from any state that has applied {@code readIndex}.
 */
public record ReadReady(long context, long readIndex) implements Action {
}
