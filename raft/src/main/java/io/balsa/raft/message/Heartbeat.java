package io.balsa.raft.message;

/**
 * The leader is alive; and is it still the leader (ReadIndex, thesis 6.4)? Never waits for a disk.
 *
 * @param commitIndex at most what the follower is known to hold, so that it may commit it without a check
 * @param round       the leader's counter of heartbeat rounds in this term, never used twice (C3)
 */
public record Heartbeat(long term, long commitIndex, long round) implements Message {
}
