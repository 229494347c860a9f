package io.balsa.raft.action;

/**
 * The log loses this entry and all after it, now for every reader, on disk with the next {@link Sync}. Calls waiting for
 * them will never be answered by the entries they waited for.
 */
public record Truncate(long fromIndex) implements Action {
}
