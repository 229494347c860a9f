package io.balsa.raft.core;

/**
 * How long a peer takes to make up what it lacks (thesis 4.2.1, its rounds one after the other): a round begins with a heartbeat, and
 * ends when the peer holds all that the leader's log held then.
 */
final class CatchUp {
  private static final long NONE = Long.MAX_VALUE;

  private long targetIndex = NONE;
  private long sinceNanos;
  private long lastTookNanos = NONE;

  /** A heartbeat leaves: a round begins, unless one is under way. */
  void begin(long lastIndex, long matchIndex, long nowNanos) {
    if (targetIndex == NONE) {
      targetIndex = lastIndex;
      sinceNanos = nowNanos;
      reached(matchIndex, nowNanos);
    }
  }

  void reached(long matchIndex, long nowNanos) {
    if (matchIndex >= targetIndex) {
      lastTookNanos = nowNanos - sinceNanos;
      targetIndex = NONE;
    }
  }

  /** Whether the last round was over within this time, and the one under way is not older. */
  boolean isWithin(long nanos, long nowNanos) {
    return lastTookNanos <= nanos && (targetIndex == NONE || nowNanos - sinceNanos <= nanos);
  }
}
