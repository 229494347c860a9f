package io.balsa.storage.state;

/**
 * The state's hash right after an index was applied (A8).
 *
 * @param compactedRevision 0: never compacted
 */
public record StateHash(long appliedIndex, long revision, long compactedRevision, long hash) {
}
