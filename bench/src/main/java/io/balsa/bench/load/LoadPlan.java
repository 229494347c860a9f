package io.balsa.bench.load;

import java.time.Duration;

/**
 * What is asked of a store, by so many callers of which each waits for its answer before it asks again.
 *
 * @param keys drawn from, each as likely as the others
 * @param valueBytes of a put
 * @param warmup not measured
 */
public record LoadPlan(Operation operation, int inFlight, int keys, int valueBytes, Duration warmup,
    Duration measured) {
  /** One kind a run. */
  public enum Operation {
    PUT, GET, INCR
  }

  /** All keys begin so. */
  public static final String PREFIX = "bench/";

  /** The key of a number. */
  public static String key(int number) {
    return String.format(PREFIX + "%08d", number);
  }
}
