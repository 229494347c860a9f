package io.balsa.raft.core;

import org.jspecify.annotations.Nullable;

/** A follower (or learner) in one term. */
final class FollowerState implements RoleState {
  /** The leader of this term, once it was heard. */
  @Nullable
  Peer leader;
  /** When the leader was last heard, or a vote given, or this role taken. */
  long lastHeardNanos;
  /** Up to here this log is the leader's: it has said so in this term. */
  long matchedIndex;
  /** What the leader is known to have committed, whether or not this log holds it. */
  long leaderCommitIndex;
  /** When to stand, unless something is heard. */
  long electionDueNanos;

  FollowerState(@Nullable Peer leader, long nowNanos, long electionDueNanos) {
    this.leader = leader;
    this.lastHeardNanos = nowNanos;
    this.electionDueNanos = electionDueNanos;
  }
}
