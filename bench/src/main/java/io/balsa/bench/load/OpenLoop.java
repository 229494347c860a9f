package io.balsa.bench.load;

import io.balsa.bench.load.ClosedLoop.Edge;
import io.balsa.bench.load.LoadPlan.Operation;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Puts at a steady rate, whether those before were answered or not, as many users that know nothing of each other make them. The latency
 * of one begins when it was to be sent, also if it was sent later because this program, or the store, was held up: so what a store does
 * while it does not answer is measured (there is no coordinated omission).
 */
public final class OpenLoop {
  private static final int DIGITS = 3;
  private static final Duration DRAIN_MOST = Duration.ofSeconds(60);
  /** Unanswered: more would measure the memory of this program. Those behind are sent later, and their latency has begun. */
  private static final long UNDER_WAY_MOST = 200_000;
  private static final long LOOK_EVERY_NANOS = 100_000;

  private final int perSecond;
  private final Duration warmup;
  private final Duration measured;
  private final Requests requests;
  private final Recorder latency = new Recorder(DIGITS);
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong underWay = new AtomicLong();

  /**
   * A load that is not yet running.
   *
   * @param perSecond puts
   * @param warmup    not measured, at the same rate
   * @param client    stays the caller's
   */
  public OpenLoop(int perSecond, int keys, int valueBytes, Duration warmup, Duration measured, LoadClient client) {
    this.perSecond = perSecond;
    this.warmup = warmup;
    this.measured = measured;
    this.requests = new Requests(Operation.PUT, keys, valueBytes, client);
  }

  /** Runs the warm-up and the window, on this thread, and waits for what is unanswered then, which counts too. Once. */
  public LoadResult run(Edge begin, Edge end) {
    SplittableRandom random = new SplittableRandom(perSecond);
    long startNanos = System.nanoTime();
    long warm = Math.round(perSecond * (warmup.toNanos() / 1e9));
    long all = warm + Math.round(perSecond * (measured.toNanos() / 1e9));
    for (long number = 0; number < all; number++) {
      if (number == warm) {
        begin.reached();
      }
      long dueNanos = startNanos + Math.round(number * 1e9 / perSecond);
      while (System.nanoTime() - dueNanos < 0 || underWay.get() >= UNDER_WAY_MOST) {
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
      }
      boolean counts = number >= warm;
      underWay.incrementAndGet();
      requests.issue(random, failure -> ended(dueNanos, counts, failure));
    }
    end.reached();
    long drained = System.nanoTime() + DRAIN_MOST.toNanos();
    while (underWay.get() > 0 && System.nanoTime() - drained < 0) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return new LoadResult(measured.toNanos() / 1e9, failures.get() + underWay.get(), latency.getIntervalHistogram());
  }

  private void ended(long dueNanos, boolean counts, @Nullable Throwable failure) {
    if (counts && failure == null) {
      latency.recordValue(System.nanoTime() - dueNanos);
    } else if (counts) {
      failures.incrementAndGet();
    }
    underWay.decrementAndGet();
  }
}
