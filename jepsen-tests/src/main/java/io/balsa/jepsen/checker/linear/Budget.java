package io.balsa.jepsen.checker.linear;

/** How long a search may take, and how much it may remember. One thread. */
final class Budget {
  private static final int LOOKS_AT_THE_CLOCK = 256;
  private static final long FEW = 5_000;
  /** Some hundred bytes each. */
  private static final long MANY = 1_000_000;
  /** At the least so many of each operation: one is needed if all goes well. */
  private static final long OF_EACH = 4;

  private final long deadline;
  private final long most;
  private long spent;
  private boolean late;

  /** @param deadline as {@link System#nanoTime} tells */
  private Budget(long deadline, long most) {
    this.deadline = deadline;
    this.most = most;
  }

  /** Enough for what is easy. */
  static Budget small(long deadline, int operations) {
    return new Budget(deadline, FEW + OF_EACH * operations);
  }

  /** As much as memory allows. */
  static Budget large(long deadline, int operations) {
    return new Budget(deadline, MANY + OF_EACH * operations);
  }

  /** One more configuration. False: it is one too many. */
  boolean spend() {
    if (spent++ % LOOKS_AT_THE_CLOCK == 0) {
      late = System.nanoTime() - deadline >= 0;
    }
    return !late && spent <= most;
  }

  /** Configurations until now. */
  long spent() {
    return spent;
  }
}
