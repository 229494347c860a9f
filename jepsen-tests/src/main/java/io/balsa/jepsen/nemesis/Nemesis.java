package io.balsa.jepsen.nemesis;

import java.util.Random;

/** One kind of fault. */
public interface Nemesis {
  /** As the user gives it: {@code kill-leader}, ... */
  String name();

  /** The name of all that are alike: {@code kill}, {@code partition}, {@code power}, ... Users give either. */
  String family();

  /** What it does, in one line. */
  String description();

  /**
   * Does it. Returns when the fault is there, not when it has ended.
   *
   * @param random draws victims and extent
   */
  Installation install(Target target, Random random) throws InterruptedException;
}
