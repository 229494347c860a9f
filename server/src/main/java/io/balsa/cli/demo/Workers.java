package io.balsa.cli.demo;

import io.balsa.cli.VerbFailure;
import io.balsa.client.BalsaClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that each do the same thing over and over, through a client of their own. What a turn throws ends its worker, and the
 * demonstration with it; a call that fails is for the turn to count.
 */
final class Workers {
  /** Longer than any failover here lasts, on a slow machine too. */
  private static final Duration CALL_MOST = Duration.ofSeconds(60);

  /** One thing done by one worker. */
  interface Turn {
    void take(BalsaClient client, int worker, long turn);
  }

  private final String endpoints;
  private final Turn work;
  private final long pauseNanos;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable Throwable broken;

  /** @param pause between two turns */
  Workers(String name, String endpoints, int count, Duration pause, Turn work) {
    this.endpoints = endpoints;
    this.work = work;
    this.pauseNanos = pause.toNanos();
    for (int worker = 0; worker < count; worker++) {
      int own = worker;
      Thread thread = new Thread(() -> run(own), "balsa-demo-" + name + "-" + worker);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void run(int worker) {
    try (BalsaClient client = BalsaClient.builder().endpoints(endpoints).timeout(CALL_MOST).build()) {
      for (long turn = 0; !stopping; turn++) {
        work.take(client, worker, turn);
        LockSupport.parkNanos(pauseNanos);
      }
    } catch (RuntimeException | Error e) {
      broken = e;
    }
  }

  /** From now on no turn is begun. */
  void stop() {
    stopping = true;
  }

  /**
   * Ends when every worker has the answers of its last turn.
   *
   * @throws VerbFailure when one broke off
   */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable failure = broken;
    if (failure != null) {
      throw VerbFailure.refused("a client of the demo broke off: " + failure);
    }
  }
}
