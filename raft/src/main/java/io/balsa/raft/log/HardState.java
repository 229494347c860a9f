package io.balsa.raft.log;

import org.jspecify.annotations.Nullable;

/**
 * What a node must never forget (thesis figure 3.1): its current term and whom it voted for in that term. It is durable
 * before any message that depends on it leaves.
 *
 * @param term     the current term; 0 before the first election
 * @param votedFor the candidate voted for in {@code term}, or null
 */
public record HardState(long term, @Nullable NodeId votedFor) {
  public static final HardState INITIAL = new HardState(0, null);
}
