package io.balsa.jepsen.report.run;

import io.balsa.jepsen.report.measure.Interval;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long a fault is held to blame for what happens: from its installation until 5 s after it was undone and every node was ready
 * again, but no longer than until shortly before the next one comes: what that does begins with the last acknowledgement before it.
 */
public final class Aftermath {
  private static final long LENGTH = TimeUnit.SECONDS.toNanos(5);
  private static final long BEFORE_THE_NEXT = TimeUnit.MILLISECONDS.toNanos(100);

  private Aftermath() {}

  /**
   * The time of this fault, as far as the load was there to feel it.
   *
   * @param faults all of the run
   * @return empty: it was skipped, or came when the load had ended
   */
  public static Optional<Interval> of(FaultRecord fault, List<FaultRecord> faults, Interval load) {
    Interval troubled = fault.troubled();
    long next = faults.stream().filter(FaultRecord::felt).mapToLong(other -> other.time().from())
        .filter(begin -> begin > troubled.from()).min().orElse(Long.MAX_VALUE);
    long end = Math.max(troubled.to(), Math.min(troubled.to() + LENGTH, next - BEFORE_THE_NEXT));
    Interval blamed = new Interval(troubled.from(), end);
    if (!fault.felt() || !blamed.touches(load)) {
      return Optional.empty();
    }
    return Optional.of(new Interval(Math.max(blamed.from(), load.from()), Math.min(blamed.to(), load.to())));
  }
}
