package io.balsa.jepsen.report.run;

import io.balsa.jepsen.report.measure.Interval;
import java.util.OptionalLong;

/**
 * A fault of a run's plan, and what became of it.
 *
 * @param name of the nemesis
 * @param family of the nemesis
 * @param what for people: whom it hit, or why it was skipped
 * @param time from its installation until it was undone, on the run's clock; one moment for one that was skipped
 * @param ready when every node was ready again, on the same clock; empty: not seen
 */
public record FaultRecord(String name, String family, String what, State state, Interval time, OptionalLong ready) {
  /** What became of it. */
  public enum State {
    /** It was seen to be there. */
    INSTALLED,
    /** Nothing was done. */
    SKIPPED,
    /** It may have been there, wholly or in part. */
    INDETERMINATE
  }

  /** Checks that nodes were ready again after they had been troubled, not before. */
  public FaultRecord {
    if (ready.isPresent() && ready.getAsLong() < time.from()) {
      throw new IllegalArgumentException("ready at " + ready.getAsLong() + ", before " + time);
    }
  }

  /** Whether it was or may have been there. */
  public boolean felt() {
    return state != State.SKIPPED;
  }

  /** From its installation until it was undone and, as far as that was seen, every node was ready again. */
  public Interval troubled() {
    return new Interval(time.from(), Math.max(time.to(), ready.orElse(time.to())));
  }
}
