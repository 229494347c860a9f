package io.balsa.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Writes every 10 ms to every node at once, whether what was written before is answered or not, and sees how long no node acknowledged
 * one. So it sees when a store takes writes again, and not how its client finds that out. Safe for use by any thread.
 */
public final class WriteProbe implements AutoCloseable {
  private static final long EVERY_MILLIS = 10;
  private static final String KEY = "probe";

  private final List<? extends LoadClient> nodes;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private long acknowledged;
  private long lastNanos;
  private long longestGapNanos;

  /**
   * Begins.
   *
   * @param nodes one client each; they stay the caller's, who closes them later than this
   */
  public WriteProbe(List<? extends LoadClient> nodes) {
    this.nodes = List.copyOf(nodes);
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::write, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void write() {
    for (LoadClient node : nodes) {
      node.put(KEY, new byte[]{1}, failure -> {
        if (failure == null) { // one that fails shows as a gap
          acknowledged(System.nanoTime());
        }
      });
    }
  }

  private synchronized void acknowledged(long nowNanos) {
    if (acknowledged > 0) {
      longestGapNanos = Math.max(longestGapNanos, nowNanos - lastNanos);
    }
    lastNanos = nowNanos;
    acknowledged++;
    notifyAll();
  }

  /**
   * Waits until so many more writes are acknowledged.
   *
   * @throws IllegalStateException they are not, in that time
   */
  public synchronized void awaitMore(int more, Duration most) throws InterruptedException {
    long wanted = acknowledged + more;
    long end = System.nanoTime() + most.toNanos();
    for (long left = most.toNanos(); acknowledged < wanted; left = end - System.nanoTime()) {
      if (left <= 0) {
        throw new IllegalStateException(
            acknowledged - wanted + more + " writes of " + more + " were acknowledged in " + most.toSeconds() + " s");
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Forgets the gaps that have ended. One that is open counts from its begin. */
  public synchronized void forgetGaps() {
    longestGapNanos = 0;
  }

  /** The longest time between two writes acknowledged one after the other, of the gaps that ended since they were forgotten. */
  public synchronized long longestGapNanos() {
    return longestGapNanos;
  }

  /** Writes no more. */
  @Override
  public void close() {
    clock.shutdownNow();
  }
}
