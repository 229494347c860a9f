package io.balsa.raft.action;

import io.balsa.raft.log.LogStart;

/**
 * The log drops all its entries and begins behind {@code start}, now for every reader, on disk with the next {@link Sync} (C6). Calls
 * that wait for entries will never be answered by them.
 */
public record ResetLog(LogStart start) implements Action {
}
