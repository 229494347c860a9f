package io.balsa.raft.input;

import io.balsa.raft.log.LogId;

/**
 * The log let go of everything up to and including this entry (L5).
 */
public record Compacted(LogId base) implements Input {
}
