package io.balsa.jepsen.report.measure;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.Collection;
import org.HdrHistogram.Histogram;

/**
 * How long operations took that ended OK, from their invocation until their client was told. Of those that failed or are unknown it
 * says nothing: their time is that of a timeout or of a refusal.
 *
 * <p>Clients are closed loops: who waits invokes nothing else, and so an outage is one long operation of each client, whatever
 * number of operations it kept from being invoked. Percentiles are therefore those of the operations that were done, and what an
 * outage costs is told by {@link Writes}.
 *
 * @param count so many operations
 * @param meanNanos 0 if there are none, like all the others
 * @param p50Nanos half of them took no longer, within 0.1 %, like the other percentiles
 * @param maxNanos the longest one, exactly
 */
public record Latency(long count, long meanNanos, long p50Nanos, long p90Nanos, long p99Nanos, long p999Nanos,
    long maxNanos) {
  private static final int DIGITS = 3;

  /** Of those that ended OK among these. */
  public static Latency of(Collection<Operation> operations) {
    return of(operations, new Histogram(DIGITS));
  }

  /** The same in a histogram that is used again; it is emptied before. */
  static Latency of(Collection<Operation> operations, Histogram histogram) {
    histogram.reset();
    long max = 0;
    for (Operation operation : operations) {
      if (operation.completion() == Completion.OK) {
        long nanos = operation.completed() - operation.invoked();
        histogram.recordValue(nanos);
        max = Math.max(max, nanos);
      }
    }
    return new Latency(histogram.getTotalCount(), Math.round(histogram.getMean()), at(histogram, 50, max),
        at(histogram, 90, max), at(histogram, 99, max), at(histogram, 99.9, max), max);
  }

  /** A histogram gives the upper end of what it cannot tell apart, which may lie above the longest one. */
  private static long at(Histogram histogram, double percentile, long max) {
    return Math.min(histogram.getValueAtPercentile(percentile), max);
  }
}
