package io.balsa.jepsen.checker.linear;

import java.util.List;

/**
 * What a check has found.
 *
 * @param violations the first parts that are not linearizable, explained
 * @param others further parts that are not
 * @param undecided parts of which neither could be told in the time and the memory that were given
 * @param parts all of them
 * @param operations all that were looked at
 * @param configurations to which the search came, in all
 */
public record Report(List<Violation> violations, List<Object> others, List<Object> undecided, int parts,
    long operations, long configurations) {
  /** Keeps copies. */
  public Report {
    violations = List.copyOf(violations);
    others = List.copyOf(others);
    undecided = List.copyOf(undecided);
  }

  /** Whether every part was shown to be linearizable. */
  public boolean isLinearizable() {
    return violations.isEmpty() && undecided.isEmpty();
  }

  /** Whether some part was shown not to be linearizable; then nothing that is undecided matters. */
  public boolean isViolated() {
    return !violations.isEmpty();
  }
}
