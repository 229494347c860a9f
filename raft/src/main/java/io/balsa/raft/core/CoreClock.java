package io.balsa.raft.core;

/**
 * The time that all timers of the core run on. It grows with the ticks, but by at most a bounded step for each: a node that
 * was paused does not find all its timers due at once when it wakes (C7: missed ticks are not made up).
 */
final class CoreClock {
  private final long stepMaxNanos;
  private boolean started;
  private long lastTickNanos;
  private long nowNanos;
  private long cutNanos;

  CoreClock(long stepMaxNanos) {
    this.stepMaxNanos = stepMaxNanos;
  }

  /** @return by how much this clock has grown */
  long tick(long tickNanos) {
    if (!started) {
      started = true;
      lastTickNanos = tickNanos;
      return 0;
    }
    long growth = Math.min(Math.max(0, tickNanos - lastTickNanos), stepMaxNanos);
    cutNanos += Math.max(0, tickNanos - lastTickNanos) - growth;
    lastTickNanos = tickNanos;
    nowNanos += growth;
    return growth;
  }

  long now() {
    return nowNanos;
  }

  /** All by which ticks came later than the bound, so far: what this clock is behind one that never stood still. */
  long cut() {
    return cutNanos;
  }
}
