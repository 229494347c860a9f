package io.balsa.jepsen.report.measure;

/**
 * A time of a run, with both its ends.
 *
 * @param from nanoseconds since the begin of the run
 * @param to on the same clock, not before {@code from}
 */
public record Interval(long from, long to) {
  /** Checks the order. */
  public Interval {
    if (to < from) {
      throw new IllegalArgumentException("ends at " + to + ", before its begin at " + from);
    }
  }

  /** In nanoseconds. */
  public long length() {
    return to - from;
  }

  /** Whether they have a moment in common; their ends are theirs. */
  public boolean touches(Interval other) {
    return from <= other.to && to >= other.from;
  }

  /** Whether the moment lies in it; its ends do. */
  public boolean has(long moment) {
    return from <= moment && moment <= to;
  }
}
