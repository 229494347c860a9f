package io.balsa.junit.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition, with a bound. */
public final class Await {
  private static final long LOOK_EVERY_NANOS = 20_000_000;

  private Await() {}

  /**
   * Looks until the condition holds.
   *
   * @param otherwise what to say when it does not in time
   * @throws IllegalStateException when it does not in time
   */
  public static void until(Duration most, BooleanSupplier condition, Supplier<String> otherwise) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        throw new IllegalStateException("not within " + most + ": " + otherwise.get());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  /** Looks until there is something, and returns it. */
  public static <T> T present(Duration most, Supplier<Optional<T>> look, Supplier<String> otherwise) {
    long end = System.nanoTime() + most.toNanos();
    for (Optional<T> found = look.get();; found = look.get()) {
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - end >= 0) {
        throw new IllegalStateException("not within " + most + ": " + otherwise.get());
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
