package io.balsa.raft.input;

/**
 * What came of a StoreChunk, unless ReceivedRefused does.
 *
 * @param nextOffset the next byte wanted
 * @param whole      all of it is here, checked and durable
 */
public record ChunkStored(long reception, long nextOffset, boolean whole) implements Input {
}
