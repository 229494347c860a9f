package io.balsa.server.compaction;

import io.balsa.server.config.HistoryLimits;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * Decides, on a leader, to which revision history is to be compacted (A8): what is older than an age goes, and what is more than a
 * number of revisions. Every node knows by itself how old revisions are at least: it remembers when it had applied which, so what was
 * the newest then is as old as that, or older. Of what was applied before this process began it says nothing. So a new leader may give
 * up less than another would, and never more.
 *
 * <p>One thread. Nothing is kept of a proposal: if it came to nothing, the next one is as good.
 */
public final class AutoCompaction {
  /** An entry at most so often. */
  private static final long PACE_NANOS = 10_000_000_000L;
  /** How finely an age is told, and what it takes in memory. */
  private static final int SAMPLES_PER_AGE = 360;
  /** By number, it waits until so many are too many, or such a part of those that stay: an entry each would be a waste. */
  private static final long SURPLUS_MAX = 1_000;
  private static final int SURPLUS_PART = 20;

  private final long ageNanos;
  private final long revisionsMax;
  private final LongConsumer propose;
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private boolean proposed;
  private long proposedNanos;

  /** At that time this revision was there already. */
  private record Sample(long atNanos, long revision) {
  }

  /** @param propose takes the revision to compact to */
  public AutoCompaction(HistoryLimits limits, LongConsumer propose) {
    this.ageNanos = limits.age().toNanos();
    this.revisionsMax = limits.revisions();
    this.propose = propose;
  }

  /**
   * To be called every second or so.
   *
   * @param revision  applied here
   * @param compacted as applied here
   */
  public void poll(long nowNanos, boolean leads, long revision, long compacted) {
    remember(nowNanos, revision);
    if (!leads || (proposed && nowNanos - proposedNanos < PACE_NANOS)) {
      return;
    }
    long target = Math.max(byAge(nowNanos), byNumber(revision, compacted));
    if (target > compacted) {
      proposed = true;
      proposedNanos = nowNanos;
      propose.accept(target);
    }
  }

  private void remember(long nowNanos, long revision) {
    if (ageNanos == 0) {
      return;
    }
    Sample last = samples.peekLast();
    if (last == null
        || (revision > last.revision && nowNanos - last.atNanos >= ageNanos / SAMPLES_PER_AGE)) {
      samples.addLast(new Sample(nowNanos, revision));
    }
  }

  /** The newest revision that is old enough; older samples are of no use any more. 0: none. */
  private long byAge(long nowNanos) {
    Sample old = null;
    while (!samples.isEmpty() && nowNanos - samples.getFirst().atNanos >= ageNanos) {
      old = samples.removeFirst();
    }
    if (old == null) {
      return 0;
    }
    samples.addFirst(old);
    return old.revision;
  }

  private long byNumber(long revision, long compacted) {
    if (revisionsMax == 0) {
      return 0;
    }
    long target = revision - revisionsMax;
    long surplus = Math.max(1, Math.min(SURPLUS_MAX, revisionsMax / SURPLUS_PART));
    return target - compacted >= surplus ? target : 0;
  }
}
