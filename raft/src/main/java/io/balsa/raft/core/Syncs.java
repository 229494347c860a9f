package io.balsa.raft.core;

import java.util.ArrayDeque;

/**
 * What is durable, and what is on its way to the disk. It belongs to the log, not to a role: a sync asked for by a follower
 * may complete for a leader (C1).
 */
final class Syncs {
  private static final class Outstanding {
    final long seq;
    final long sinceNanos;
    long lastIndex;

    Outstanding(long seq, long lastIndex, long sinceNanos) {
      this.seq = seq;
      this.lastIndex = lastIndex;
      this.sinceNanos = sinceNanos;
    }
  }

  private final ArrayDeque<Outstanding> outstanding = new ArrayDeque<>();
  private long lastSeq;
  private long persistedSeq;
  private long persistedIndex;
  private long hardStateSeq;

  /** @param persistedIndex everything that recovery handed out is durable (L3) */
  Syncs(long persistedIndex) {
    this.persistedIndex = persistedIndex;
  }

  /** The sequence that the next sync will have. */
  long nextSeq() {
    return lastSeq + 1;
  }

  /** @param withHardState whether this sync makes a new hard state durable */
  long begin(long lastIndex, boolean withHardState, long nowNanos) {
    lastSeq++;
    if (withHardState) {
      hardStateSeq = lastSeq;
    }
    outstanding.addLast(new Outstanding(lastSeq, lastIndex, nowNanos));
    return lastSeq;
  }

  void persisted(long seq) {
    Check.that(seq <= lastSeq && seq >= persistedSeq, "sync %d completed, after %d, with %d asked for", seq,
        persistedSeq,
        lastSeq);
    persistedSeq = seq;
    for (Outstanding first = outstanding.peekFirst(); first != null
        && first.seq <= seq; first = outstanding.peekFirst()) {
      outstanding.removeFirst();
      persistedIndex = Math.max(persistedIndex, first.lastIndex);
    }
  }

  /** The log lost {@code fromIndex} and all after it, by a truncation or because it begins there now: no sync, done or on its way, speaks for those indexes any more (C1). */
  void truncated(long fromIndex) {
    persistedIndex = Math.min(persistedIndex, fromIndex - 1);
    for (Outstanding sync : outstanding) {
      sync.lastIndex = Math.min(sync.lastIndex, fromIndex - 1);
    }
  }

  /** Every entry up to here is durable. */
  long persistedIndex() {
    return persistedIndex;
  }

  /** Whether the current term and vote are durable. */
  boolean isHardStateDurable() {
    return persistedSeq >= hardStateSeq;
  }

  boolean isPersisted(long seq) {
    return persistedSeq >= seq;
  }

  /** Whether the oldest outstanding sync has been asked for before {@code thenNanos}. */
  boolean isStalledSince(long thenNanos) {
    Outstanding first = outstanding.peekFirst();
    return first != null && first.sinceNanos < thenNanos;
  }

  /** The last entry of the oldest outstanding sync. */
  long oldestLastIndex() {
    Outstanding first = outstanding.peekFirst();
    return first == null ? persistedIndex : first.lastIndex;
  }
}
