package io.balsa.jepsen.torture.workload;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a checker says of a history.
 *
 * @param findings what is wrong, or why it cannot be told, each with the operations that show it; empty where it is valid
 * @param figures what was looked at, by name, for the report
 */
public record Verdict(State state, List<String> findings, Map<String, Long> figures) {
  /** The three answers. */
  public enum State {
    VALID,
    INVALID,
    /** The checker ran out of its time or its memory: no pass. */
    UNDECIDED
  }

  /** Keeps copies. */
  public Verdict {
    findings = List.copyOf(findings);
    figures = Map.copyOf(figures);
    if (state == State.VALID != findings.isEmpty()) {
      throw new IllegalArgumentException(state + " with " + findings.size() + " findings");
    }
  }

  /** Valid if there are no findings, else invalid. */
  public static Verdict of(List<String> findings, Map<String, Long> figures) {
    return new Verdict(findings.isEmpty() ? State.VALID : State.INVALID, findings, figures);
  }

  /** Invalid, whatever the history says, where something else was found as well; the others go before its own. */
  public Verdict butInvalid(List<String> others) {
    return others.isEmpty() ? this
        : new Verdict(State.INVALID, Stream.concat(others.stream(), findings.stream()).toList(), figures);
  }
}
