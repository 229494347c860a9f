package io.balsa.jepsen.nemesis;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** One kind of fault. Keeps nothing between two of them; thread-safe. */
public interface Nemesis {
  /** As the user gives it: {@code kill-leader}, ... */
  String name();

  /** The name of all that are alike: {@code kill}, {@code partition}, {@code power}, ... Users give either. */
  String family();

  /** What it does, in one line. */
  String description();

  /** What stands in its way at this target, with which it would be skipped; empty: it can be done. */
  default Optional<String> hindrance(Target target) {
    return Optional.empty();
  }

  /** It shows little when it is undone earlier: the leader's pause, for example, outlasts an election. */
  default Duration holdAtLeast() {
    return Duration.ofSeconds(1);
  }

  /** It only takes time from the run when it is undone later. */
  default Duration holdAtMost() {
    return Duration.ofMinutes(1);
  }

  /**
   * Does it. Returns when the fault is there, not when it has ended. When interrupted it has been undone as far as that could be.
   *
   * @param random draws victims and extent
   */
  Installation install(Target target, Random random) throws InterruptedException;
}
