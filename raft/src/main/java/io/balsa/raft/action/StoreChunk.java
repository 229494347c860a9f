package io.balsa.raft.action;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;

/**
 * Write this chunk of a snapshot, if it is the next one. ChunkStored answers in any case, or ReceivedRefused.
 *
 * @param reception names what is being received: chunks of an earlier one do not count any more
 */
public record StoreChunk(long reception, SnapshotMeta snapshot, long offset, Bytes data) implements Action {
}
