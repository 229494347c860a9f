package io.balsa.raft.message;

/**
 * @param round     the round of the heartbeat that is answered
 * @param lastIndex the last index of the follower's log, durable or not: it tells the leader of a lost AppendEntries when no
 *                  later one comes to be rejected. It proves nothing about durability or matching.
 */
public record HeartbeatReply(long term, long round, long lastIndex) implements Message {
}
