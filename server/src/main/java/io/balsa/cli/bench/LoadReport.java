package io.balsa.cli.bench;

import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param seconds from the begin of the window to the last answer counted
 * @param operations answered as asked
 * @param errors how often which reason was given instead; "MISS": a get found nothing
 * @param latencyNanos of the operations
 */
public record LoadReport(double seconds, long operations, SortedMap<String, Long> errors, Histogram latencyNanos) {

  public long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  public double operationsPerSecond() {
    return operations / seconds;
  }

  public double meanMicros() {
    return operations == 0 ? 0 : latencyNanos.getMean() / 1000;
  }

  /** @param percentile 0 to 100 */
  public double percentileMicros(double percentile) {
    return operations == 0 ? 0 : latencyNanos.getValueAtPercentile(percentile) / 1000.0;
  }

  public double maxMicros() {
    return operations == 0 ? 0 : latencyNanos.getMaxValue() / 1000.0;
  }
}
