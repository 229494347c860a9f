package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.Kv;
import io.balsa.junit.cluster.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that each do one thing after the other by blocking calls, and count how they ended. The turns come from threads of
 * their own, one a client; the other methods are for one thread.
 */
public abstract class Worker implements AutoCloseable {
  private static final Duration CALL_MOST = Duration.ofSeconds(60);

  private final List<BalsaClient> clients;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<Outcome, AtomicLong> outcomes = new EnumMap<>(Outcome.class);
  private volatile boolean stopping;
  private volatile @Nullable Throwable broken;

  /** @param count of clients */
  Worker(String name, String endpoints, int count) {
    this(name, Stream.generate(() -> BalsaClient.builder().endpoints(endpoints).timeout(CALL_MOST).build()).limit(count)
        .toList());
  }

  /** @param clients one for each worker; closed with it */
  Worker(String name, List<BalsaClient> clients) {
    this.clients = clients;
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, new AtomicLong());
    }
    for (int worker = 0; worker < clients.size(); worker++) {
      int own = worker;
      BalsaClient client = clients.get(worker);
      Thread thread = new Thread(() -> work(client, own), name + "-" + worker);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  /** One turn; what the SDK refuses it for is counted, anything else breaks the workload off. */
  abstract void turn(BalsaClient client, int worker, long turn);

  /** What is wrong with what was seen and with what the store holds now; empty: nothing. Everything must have ended. */
  public abstract List<String> check(Kv reader);

  private void work(BalsaClient client, int worker) {
    try {
      for (long turn = 0; !stopping; turn++) {
        Outcome outcome = Outcome.ACKNOWLEDGED;
        try {
          turn(client, worker, turn);
        } catch (BalsaException e) {
          outcome = Outcome.of(e);
          System.out
              .println(Thread.currentThread().getName() + ": turn " + turn + " " + outcome + ": " + e.getMessage());
        }
        ended(worker, outcome);
        Objects.requireNonNull(outcomes.get(outcome)).incrementAndGet();
      }
    } catch (RuntimeException | Error e) {
      broken = e;
    }
  }

  /** A turn of this worker ended so; on its thread. */
  void ended(int worker, Outcome outcome) {}

  /** Begins. */
  public final void start() {
    threads.forEach(Thread::start);
  }

  /** How many turns ended so until now. */
  public final long count(Outcome outcome) {
    return Objects.requireNonNull(outcomes.get(outcome)).get();
  }

  /** Waits for more turns to be acknowledged. */
  public final void awaitMore(long more, Duration most) {
    long wanted = count(Outcome.ACKNOWLEDGED) + more;
    Await.until(most, () -> broken != null || count(Outcome.ACKNOWLEDGED) >= wanted,
        () -> "the workload does not go on: " + count(Outcome.ACKNOWLEDGED) + " of " + wanted);
    requireWhole();
  }

  /** Begins no more turns, and waits until those under way have ended. */
  public final void finish(Duration most) throws InterruptedException {
    stopping = true;
    long end = System.nanoTime() + most.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " has no answer after " + most);
      }
    }
    requireWhole();
  }

  private void requireWhole() {
    Throwable failure = broken;
    if (failure != null) {
      throw new IllegalStateException("the workload broke off", failure);
    }
  }

  @Override
  public void close() {
    stopping = true;
    clients.forEach(BalsaClient::close);
  }
}
