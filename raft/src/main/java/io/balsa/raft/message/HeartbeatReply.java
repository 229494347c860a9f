package io.balsa.raft.message;

/** @param round the round of the heartbeat that is answered */
public record HeartbeatReply(long term, long round) implements Message {
}
