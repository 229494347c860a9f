package io.balsa.jepsen.torture;

import io.balsa.jepsen.torture.workload.Verdict;

/** What the program ends with. Scripts rely on these numbers. */
final class ExitStatus {
  /** All runs count and are valid. */
  static final int VALID = 0;
  /** A run is invalid. */
  static final int INVALID = 1;
  static final int USAGE = 2;
  /** It cannot be told of a run, it does not count, or the suite itself failed. */
  static final int UNDECIDED = 3;

  private ExitStatus() {}

  static int of(Verdict.State state, boolean counts) {
    return switch (state) {
      case INVALID -> INVALID;
      case UNDECIDED -> UNDECIDED;
      case VALID -> counts ? VALID : UNDECIDED;
    };
  }

  /** Of two runs, what both together are. */
  static int worse(int one, int other) {
    return one == INVALID || other == INVALID ? INVALID : Math.max(one, other);
  }
}
