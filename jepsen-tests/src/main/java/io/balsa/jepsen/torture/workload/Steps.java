package io.balsa.jepsen.torture.workload;

import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** What steps of several workloads have in common. */
final class Steps {
  /** After a run every node is back, and what is asked now is answered soon; if not, the history lacks it and says so. */
  private static final Duration LAST_WORD_MOST = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private Steps() {}

  /** An operation that is recorded; empty: it did not end OK. */
  @FunctionalInterface
  interface Attempt {
    Optional<?> run() throws InterruptedException;
  }

  /** For {@link Workload#keys}, another one each time. */
  static String prefix(String workload) {
    return "torture/" + workload + "-" + UUID.randomUUID().toString().substring(0, 8) + "/";
  }

  /** Through the session of the client, or without one: half of the clients each. */
  static Kv kv(TortureClient client) {
    return client.number() % 2 == 0 ? client.client().kv() : client.client().unaryKv();
  }

  /** The number under a key; 0: there is none. */
  static long number(Kv kv, String key) {
    return kv.get(key).map(KeyValue::number).orElse(0L);
  }

  /** Tries until it ends OK; not for ever. */
  static void untilOk(Attempt attempt) throws InterruptedException {
    long end = System.nanoTime() + LAST_WORD_MOST.toNanos();
    while (attempt.run().isEmpty() && System.nanoTime() - end < 0) {
      pause(BETWEEN_TRIES);
    }
  }

  /** Lets time pass. */
  static void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
