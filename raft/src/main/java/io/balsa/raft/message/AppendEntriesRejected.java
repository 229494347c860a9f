package io.balsa.raft.message;

import io.balsa.raft.log.LogId;

/**
 * The follower's log does not hold {@code prev} of the AppendEntries.
 *
 * @param prevIndex the index of the {@code prev} refused, so that the leader can tell a late reply
 * @param hint      the follower's last entry at or before {@code prevIndex} whose term is at most that of {@code prev}:
 *                  everything after it up to {@code prevIndex} cannot match
 */
public record AppendEntriesRejected(long term, long prevIndex, LogId hint) implements Message {
}
