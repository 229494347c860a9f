package io.balsa.raft.action;

import io.balsa.raft.log.Entry;
import java.util.List;

/**
 * The log gains these entries, now for every reader, on disk with the next {@link Sync}.
 */
public record Append(List<Entry> entries) implements Action {
}
