package io.balsa.raft.message;

/**
 * A node that does not lead asks its leader for a read index, for all reads that have come to it (thesis 6.4, C3). It may be lost:
 * then the node asks again, under another id.
 *
 * @param boot the nonce that the node was given when it started: a reply to an earlier process of it says nothing to this one
 * @param read the node's counter of these requests, never used twice
 */
public record ReadIndex(long term, long boot, long read) implements Message {
}
