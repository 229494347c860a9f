package io.balsa.raft.core;

/**
 * What a peer had acknowledged when each of the last heartbeats was sent to it (I4). An answer to a heartbeat was given after that; so
 * a log that ends below it has lost what was acknowledged, however late or often the answer arrives. What is acknowledged now says
 * nothing about an answer that was given before.
 */
final class Acknowledged {
  /** Only rounds between which the match moved take a place. */
  private static final int ROUNDS_MAX = 64;

  private final long[] rounds = new long[ROUNDS_MAX];
  private final long[] matches = new long[ROUNDS_MAX];
  private int count;
  private int newest = -1;

  void heartbeatSent(long round, long matchIndex) {
    if (count > 0 && matches[newest] == matchIndex) {
      return;
    }
    newest = (newest + 1) % ROUNDS_MAX;
    rounds[newest] = round;
    matches[newest] = matchIndex;
    count = Math.min(count + 1, ROUNDS_MAX);
  }

  /** What had been acknowledged when this round was sent; 0 also for one that is too long ago to be remembered. */
  long before(long round) {
    for (int i = 0; i < count; i++) {
      int at = (newest - i + ROUNDS_MAX) % ROUNDS_MAX;
      if (rounds[at] <= round) {
        return matches[at];
      }
    }
    return 0;
  }
}
