package io.balsa.client.counter;

import io.balsa.client.kv.Kv;
import io.balsa.client.kv.KeyValue;
import java.util.concurrent.CompletableFuture;

/**
 * A number under one key, counted exactly: each call that returns has counted once, through reconnects, leader changes and
 * restarts; one that throws {@code OutcomeUnknownException}, or a deadline with {@code mayHaveBeenApplied()}, has counted
 * once or not at all. The key holds decimal text and can be read and put like any other.
 *
 * <p>Errors and threads are those of {@link Kv}. Immutable and safe for use by any thread.
 */
public final class Counter {
  private final Kv kv;
  private final String name;

  /** For the SDK itself: use {@code BalsaClient.counter(name)}. */
  public Counter(Kv kv, String name) {
    this.kv = kv;
    this.name = name;
  }

  /** The key. */
  public String name() {
    return name;
  }

  /** Adds 1 and returns the new value. */
  public long increment() {
    return add(1);
  }

  /** As {@link #increment()}, without waiting. */
  public CompletableFuture<Long> incrementAsync() {
    return addAsync(1);
  }

  /** Adds delta, which may be negative, and returns the new value. */
  public long add(long delta) {
    return kv.incr(name, delta);
  }

  /** As {@link #add(long)}, without waiting. */
  public CompletableFuture<Long> addAsync(long delta) {
    return kv.incrAsync(name, delta);
  }

  /**
   * The value; 0 if nothing was ever counted.
   *
   * @throws NumberFormatException
   *           if something else was put under the key
   */
  public long get() {
    return kv.get(name).map(KeyValue::number).orElse(0L);
  }

  /** As {@link #get()}, without waiting. */
  public CompletableFuture<Long> getAsync() {
    return kv.getAsync(name).thenApply(kv -> kv.map(KeyValue::number).orElse(0L));
  }
}
