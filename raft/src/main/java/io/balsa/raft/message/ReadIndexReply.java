package io.balsa.raft.message;

/**
 * A round of heartbeats that left after the request had arrived confirmed that its sender led (C3).
 *
 * @param boot      of the request
 * @param read      of the request
 * @param readIndex the commit index when that round left: reads that came before the request may be served from any state that has
 *                  applied it
 */
public record ReadIndexReply(long term, long boot, long read, long readIndex) implements Message {
}
