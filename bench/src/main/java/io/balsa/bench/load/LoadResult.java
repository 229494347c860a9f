package io.balsa.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param seconds of the window
 * @param failures of operations that were begun in the window
 * @param latency in nanoseconds, of those that ended well
 */
public record LoadResult(double seconds, long failures, Histogram latency) {
  /** Of operations that ended well. */
  public double perSecond() {
    return latency.getTotalCount() / seconds;
  }

  /** In microseconds; 0 if nothing ended well. */
  public double micros(double percentile) {
    return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1000.0;
  }
}
