package io.balsa.server.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, with a bound. */
public final class Await {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private Await() {
  }

  public static void until(String what, Callable<Boolean> condition) {
    until(what, condition, () -> "");
  }

  /** @param state for the message when it does not come true */
  public static void until(String what, Callable<Boolean> condition, Supplier<String> state) {
    long end = System.nanoTime() + BOUND.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    throw new AssertionError("not within " + BOUND + ": " + what + ". " + state.get(), last);
  }
}
