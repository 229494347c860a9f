package io.balsa.bench.load;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * So many callers at once, each asking again when it was answered. What a store does while it is not answering is not measured by such a
 * load: for that see {@link OpenLoop}.
 */
public final class ClosedLoop implements AutoCloseable {
  private static final int DIGITS = 3;
  private static final Duration DRAIN_MOST = Duration.ofSeconds(30);
  /** A caller that was refused waits, or it would ask in a hot loop. */
  private static final long AFTER_FAILURE_MILLIS = 10;

  /** What is done at the begin and at the end of the measured window. */
  @FunctionalInterface
  public interface Edge {
    void reached();
  }

  private final LoadPlan plan;
  private final Requests requests;
  private final Recorder latency = new Recorder(DIGITS);
  private final AtomicLong failures = new AtomicLong();
  private final AtomicInteger under = new AtomicInteger();
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(work -> {
    Thread thread = new Thread(work, "after failures");
    thread.setDaemon(true);
    return thread;
  });
  private volatile long beginNanos;
  private volatile long endNanos;

  /** @param client stays the caller's */
  public ClosedLoop(LoadPlan plan, LoadClient client) {
    this.plan = plan;
    this.requests = new Requests(plan.operation(), plan.keys(), plan.valueBytes(), client);
  }

  /** Runs the warm-up and the window, and waits for what is unanswered then. Once. */
  public LoadResult run(Edge begin, Edge end) throws InterruptedException {
    long now = System.nanoTime();
    beginNanos = now + plan.warmup().toNanos();
    endNanos = beginNanos + plan.measured().toNanos();
    under.set(plan.inFlight());
    for (int number = 0; number < plan.inFlight(); number++) {
      new Caller(new SplittableRandom(number)).ask();
    }
    sleepUntil(beginNanos);
    begin.reached();
    sleepUntil(endNanos);
    end.reached();
    long drained = System.nanoTime() + DRAIN_MOST.toNanos();
    while (under.get() > 0 && System.nanoTime() - drained < 0) {
      LockSupport.parkNanos(1_000_000);
    }
    return new LoadResult(plan.measured().toNanos() / 1e9, failures.get() + under.get(),
        latency.getIntervalHistogram());
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
  }

  @Override
  public void close() {
    later.shutdownNow();
  }

  private final class Caller {
    private static final int ASKING = 0;
    private static final int WAITING = 1;
    private static final int ANSWERED = 2;

    private final SplittableRandom random;
    /** An answer that comes while the question is being asked is seen by the loop, so that the stack does not grow. */
    private final AtomicInteger state = new AtomicInteger();
    private long asked;

    Caller(SplittableRandom random) {
      this.random = random;
    }

    void ask() {
      do {
        asked = System.nanoTime();
        if (asked - endNanos >= 0) {
          under.decrementAndGet();
          return;
        }
        state.set(ASKING);
        requests.issue(random, this::ended);
      } while (state.compareAndExchange(ASKING, WAITING) == ANSWERED);
    }

    private void ended(@Nullable Throwable failure) {
      long now = System.nanoTime();
      boolean counts = asked - beginNanos >= 0;
      if (failure != null) {
        if (counts) {
          failures.incrementAndGet();
        }
        ScheduledFuture<?> unused = later.schedule(this::goOn, AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        return;
      }
      // Of the window is what was asked and answered in it: as much load stands before its begin as behind its end.
      if (counts && now - endNanos < 0) {
        latency.recordValue(now - asked);
      }
      goOn();
    }

    private void goOn() {
      if (!state.compareAndSet(ASKING, ANSWERED)) {
        ask();
      }
    }
  }
}
