package io.balsa.cli.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of load: the warm-up, the window that is measured, and the wait for what is still unanswered.
 *
 * <p>Without a rate every slot sends its next operation when the last one is answered (closed loop). With a rate operations
 * fall due at equal distances whatever the answers do (open loop); one that finds all slots taken waits, and its time
 * counts from when it was due.
 */
public final class LoadRun implements AutoCloseable {
  /** How long unanswered operations are waited for after the window. */
  private static final Duration DRAIN_MOST = Duration.ofSeconds(15);
  /** After a failure a slot waits, or a cluster without a leader would be asked in a hot loop. */
  private static final Duration AFTER_FAILURE = Duration.ofMillis(10);

  /** Room for the ten digits of an int. */
  private static final byte[] KEYS = "bench/key/0000000000".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COUNTERS = "bench/counter/0000000000".getBytes(StandardCharsets.US_ASCII);

  private final LoadPlan plan;
  private final List<? extends LoadClient> clients;
  private final Function<Throwable, String> reasons;
  private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(LoadRun::daemon);
  private final byte[] values;

  /** @param reasons what a failed operation is counted as */
  public LoadRun(LoadPlan plan, List<? extends LoadClient> clients, Function<Throwable, String> reasons) {
    this.plan = plan;
    this.clients = clients;
    this.reasons = reasons;
    this.values = new byte[plan.valueBytes() + (1 << 16)];
    new SplittableRandom(plan.valueBytes()).nextBytes(values);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "balsa-bench");
    thread.setDaemon(true);
    return thread;
  }

  /** The key of a number. Puts, gets and mix use the same ones, incr its own. */
  static byte[] key(LoadPlan.Operation operation, int number) {
    byte[] key = (operation == LoadPlan.Operation.INCR ? COUNTERS : KEYS).clone();
    int left = number;
    for (int at = key.length - 1; left > 0; at--) {
      key[at] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return key;
  }

  /** Writes every key once, so that gets find them. Ends when all are written; the first failure is thrown. */
  public void loadKeys(LoadProgress progress) throws InterruptedException {
    LongAdder written = new LongAdder();
    progress.startLoading(plan.keys(), written::sum, later);
    try {
      loadKeys(written);
    } finally {
      progress.stop();
    }
  }

  private void loadKeys(LongAdder written) throws InterruptedException {
    Semaphore room = new Semaphore(plan.inFlight());
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int number = 0; number < plan.keys() && failure.get() == null; number++) {
      room.acquire();
      clients.get(number % clients.size()).put(key(plan.operation(), number), value(random))
          .whenComplete((done, failed) -> {
            if (failed != null) {
              failure.compareAndSet(null, failed);
            } else {
              written.increment();
            }
            room.release();
          });
    }
    room.acquire(plan.inFlight());
    Throwable failed = failure.get();
    if (failed != null) {
      throw new CompletionException("cannot load the keys: " + reasons.apply(failed), failed);
    }
  }

  /** Runs the load; blocks for warm-up, window and drain. */
  public LoadReport run(LoadProgress progress) throws InterruptedException {
    long now = System.nanoTime();
    long begin = now + plan.warmup().toNanos();
    Measurement measurement = new Measurement(begin, begin + plan.measured().toNanos());
    progress.start(measurement, later);
    if (plan.ratePerSecond() > 0) {
      paced(measurement, now);
    } else {
      closedLoop(measurement);
    }
    long drainEnd = measurement.endNanos() + DRAIN_MOST.toNanos();
    while (measurement.waiting() > 0 && System.nanoTime() - drainEnd < 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    progress.stop();
    return measurement.report();
  }

  private void closedLoop(Measurement measurement) throws InterruptedException {
    for (int slot = 0; slot < plan.inFlight(); slot++) {
      new Slot(measurement, clients.get(slot % clients.size()), new SplittableRandom(slot)).next();
    }
    long left = measurement.endNanos() - System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
  }

  private void paced(Measurement measurement, long startNanos) throws InterruptedException {
    Semaphore room = new Semaphore(plan.inFlight());
    SplittableRandom random = new SplittableRandom(7);
    double distance = 1e9 / plan.ratePerSecond();
    long giveUp = measurement.endNanos() + DRAIN_MOST.toNanos();
    for (long number = 0;; number++) {
      long due = startNanos + (long) (number * distance);
      if (due - measurement.endNanos() >= 0) {
        return;
      }
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      measurement.begun();
      if (!room.tryAcquire(Math.max(0, giveUp - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        measurement.failed(due, "NOT_SENT");
        continue;
      }
      LoadClient client = clients.get((int) (number % clients.size()));
      issue(client, random).whenComplete((found, failed) -> {
        settle(measurement, due, found, failed);
        room.release();
      });
    }
  }

  private boolean settle(Measurement measurement, long due, @Nullable Object found, @Nullable Throwable failed) {
    if (failed != null) {
      measurement.failed(due, reasons.apply(failed));
    } else if (Boolean.FALSE.equals(found)) {
      measurement.failed(due, "MISS");
    } else {
      measurement.answered(due, System.nanoTime());
    }
    return failed == null;
  }

  private CompletionStage<?> issue(LoadClient client, SplittableRandom random) {
    byte[] key = key(plan.operation(), random.nextInt(plan.keys()));
    return switch (plan.operation()) {
      case PUT -> client.put(key, value(random));
      case GET -> client.get(key);
      case INCR -> client.incr(key);
      case MIX -> random.nextBoolean() ? client.put(key, value(random)) : client.get(key);
    };
  }

  private byte[] value(SplittableRandom random) {
    byte[] value = new byte[plan.valueBytes()];
    System.arraycopy(values, random.nextInt(values.length - value.length), value, 0, value.length);
    return value;
  }

  @Override
  public void close() {
    later.shutdownNow();
  }

  /** One operation at a time, the next one when the last is answered; after a failure a fresh slot takes over. */
  private final class Slot {
    private static final int SENDING = 0;
    private static final int WAITING = 1;
    private static final int ANSWERED = 2;
    private static final int OVER = 3;

    private final Measurement measurement;
    private final LoadClient client;
    private final SplittableRandom random;
    /** An answer that comes while the call is being sent is seen by the loop, so that the stack does not grow. */
    private final AtomicInteger state = new AtomicInteger();

    Slot(Measurement measurement, LoadClient client, SplittableRandom random) {
      this.measurement = measurement;
      this.client = client;
      this.random = random;
    }

    void next() {
      do {
        long due = System.nanoTime();
        if (due - measurement.endNanos() >= 0) {
          return;
        }
        state.set(SENDING);
        measurement.begun();
        issue(client, random).whenComplete((found, failed) -> answered(settle(measurement, due, found, failed)));
      } while (state.compareAndExchange(SENDING, WAITING) == ANSWERED);
    }

    private void answered(boolean well) {
      if (!well) {
        state.set(OVER);
        Slot successor = new Slot(measurement, client, random);
        ScheduledFuture<?> unused = later.schedule(successor::next, AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
      } else if (!state.compareAndSet(SENDING, ANSWERED)) {
        next();
      }
    }
  }
}
