package io.balsa.raft.message;

/**
 * @param round     the round of the heartbeat that is answered, in this very term; NO_ROUND to one of an older term
 * @param lastIndex the last index of the follower's log, durable or not: it tells the leader of a lost AppendEntries when no
 *                  later one comes to be rejected. It proves nothing about durability or matching.
 * @param snapshotNeeded 0: none; otherwise the follower's state is lost or was corrupt, and its log begins behind this index: only
 *                  a snapshot that holds at least this much helps (I3)
 */
public record HeartbeatReply(long term, long round, long lastIndex, long snapshotNeeded) implements Message {
  /** Rounds begin with 1. */
  public static final long NO_ROUND = 0;

  /** Of a follower whose state is whole. */
  public HeartbeatReply(long term, long round, long lastIndex) {
    this(term, round, lastIndex, 0);
  }
}
