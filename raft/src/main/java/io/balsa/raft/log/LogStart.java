package io.balsa.raft.log;

/**
 * What a log is to begin behind, when it is reset to what a snapshot holds (C6).
 *
 * @param id            the last entry that the snapshot covers
 * @param stampNanos    that entry's stamp (T1)
 * @param configuration the last one at or before it
 */
public record LogStart(LogId id, long stampNanos, Configuration configuration) {
}
