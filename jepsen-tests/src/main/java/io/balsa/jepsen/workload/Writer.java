package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.Kv;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One client that writes as fast as it is answered, with a bounded number of writes unanswered, and counts how they ended. The
 * writes come from a thread of its own; the other methods are for one thread.
 */
public abstract class Writer implements AutoCloseable {
  private static final Duration CALL_MOST = Duration.ofSeconds(30);
  private static final long AFTER_FAILURE_MILLIS = 20;

  private final BalsaClient client;
  private final Kv kv;
  private final int window;
  private final Thread thread;
  private final Map<Outcome, AtomicLong> outcomes = new EnumMap<>(Outcome.class);
  private int inFlight;
  private boolean paused;
  private boolean closed;
  private boolean failedLately;
  private @Nullable Throwable broken;

  /**
   * @param session whether writes go through a session, exactly once; else a call each, at most once
   * @param window writes unanswered at most
   */
  Writer(String name, String endpoints, boolean session, int window) {
    this(name, BalsaClient.connect(endpoints), session, window);
  }

  /** @param client closed with it */
  Writer(String name, BalsaClient client, boolean session, int window) {
    this.client = client;
    this.kv = (session ? client.kv() : client.unaryKv()).withTimeout(CALL_MOST);
    this.window = window;
    this.thread = new Thread(this::writeOn, name);
    thread.setDaemon(true);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, new AtomicLong());
    }
  }

  /** Sends write number n (0, 1, 2, ...). */
  abstract CompletableFuture<?> write(Kv kv, long n);

  /** Write number n ended so; any thread. */
  abstract void ended(long n, Outcome outcome, @Nullable Object result);

  /** What is wrong with what the store holds now; empty: nothing. The writer must be paused. */
  public abstract List<String> check(Kv reader);

  /** Begins to write. */
  public void start() {
    thread.start();
  }

  private void writeOn() {
    try {
      for (long n = 0; mayWrite(); n++) {
        long number = n;
        // settle() catches what it throws itself
        var unused = write(kv, n).whenComplete((result, failure) -> settle(number, result, failure));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      breakOff(e);
    }
  }

  private synchronized boolean mayWrite() throws InterruptedException {
    while (!closed && (paused || inFlight >= window || failedLately)) {
      if (failedLately) {
        failedLately = false;
        wait(AFTER_FAILURE_MILLIS); // a cluster that refuses would be asked in a hot loop
      } else {
        wait();
      }
    }
    inFlight += closed ? 0 : 1;
    return !closed;
  }

  private void settle(long n, @Nullable Object result, @Nullable Throwable failure) {
    try {
      Outcome outcome = Outcome.of(failure);
      ended(n, outcome, result);
      counter(outcome).incrementAndGet();
    } catch (RuntimeException e) {
      breakOff(e);
    }
    synchronized (this) {
      inFlight--;
      failedLately |= failure != null;
      notifyAll();
    }
  }

  private synchronized void breakOff(Throwable failure) {
    broken = failure;
    closed = true;
    notifyAll();
  }

  private AtomicLong counter(Outcome outcome) {
    return Objects.requireNonNull(outcomes.get(outcome));
  }

  /** How many ended so until now. */
  public long count(Outcome outcome) {
    return counter(outcome).get();
  }

  /** Writes that are not answered at this moment. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** Sends nothing more for now. */
  public synchronized void pause() {
    paused = true;
  }

  /** Waits until every write that was sent has ended. */
  public synchronized void awaitQuiet(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (inFlight > 0) {
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new IllegalStateException(thread.getName() + ": " + inFlight + " writes are unanswered after " + most);
      }
      wait(millis);
    }
    if (broken != null) {
      throw new IllegalStateException(thread.getName() + " broke off", broken);
    }
  }

  /** Goes on after {@link #pause}. */
  public synchronized void resume() {
    paused = false;
    notifyAll();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    client.close();
  }
}
