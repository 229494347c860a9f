package io.balsa.raft.log;

/**
 * What a snapshot is a snapshot of; read from the snapshot itself, never from the state that goes on beside it (A3).
 *
 * @param id            tells it from every other snapshot, of any node; two with the same id have the same bytes
 * @param lastIncluded  the last entry applied in it
 * @param stampNanos    that entry's stamp (T1)
 * @param configuration the last one applied in it
 * @param bytes         its length as a stream
 */
public record SnapshotMeta(long id, LogId lastIncluded, long stampNanos, Configuration configuration, long bytes) {
}
