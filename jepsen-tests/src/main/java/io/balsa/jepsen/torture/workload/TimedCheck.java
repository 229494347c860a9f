package io.balsa.jepsen.torture.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A time limit for checkers that know none. */
final class TimedCheck {
  private TimedCheck() {}

  /**
   * Its verdict, or UNDECIDED after this time or if memory does not suffice. A check that is given up goes on in a thread of its own,
   * which keeps no program from ending.
   *
   * @throws RuntimeException what the check threw
   */
  static Verdict within(Duration most, Supplier<Verdict> check) {
    FutureTask<Verdict> task = new FutureTask<>(check::get);
    Thread.ofPlatform().name("check").daemon().start(task);
    try {
      return task.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return undecided("not decided within " + most.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return undecided("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        return undecided("out of memory");
      }
      throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
    }
  }

  private static Verdict undecided(String why) {
    return new Verdict(Verdict.State.UNDECIDED, List.of(why), Map.of());
  }
}
