package io.balsa.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * When writes went through, by the times at which the writes of a probe were acknowledged, in order. A gap is the time from one
 * acknowledgement to the next; one over 100 ms is an outage. Immutable.
 */
final class WriteGaps {
  static final Duration OUTAGE_OVER = Duration.ofMillis(100);

  private final long[] acknowledgedNanos;

  /** @param acknowledgedNanos of {@link System#nanoTime}, ascending; the array is handed over */
  WriteGaps(long[] acknowledgedNanos) {
    this.acknowledgedNanos = acknowledgedNanos;
  }

  /** The longest gap that reaches into this span of time; nothing when no two acknowledgements enclose or touch it. */
  Duration longestWithin(long fromNanos, long toNanos) {
    return Duration.ofNanos(IntStream.range(1, acknowledgedNanos.length)
        .filter(i -> acknowledgedNanos[i] - fromNanos > 0 && acknowledgedNanos[i - 1] - toNanos < 0)
        .mapToLong(this::gap).max().orElse(0));
  }

  private long gap(int i) {
    return acknowledgedNanos[i] - acknowledgedNanos[i - 1];
  }

  private LongStream outageNanos() {
    return IntStream.range(1, acknowledgedNanos.length).mapToLong(this::gap).filter(gap -> gap > OUTAGE_OVER.toNanos());
  }

  List<Duration> outages() {
    return outageNanos().mapToObj(Duration::ofNanos).toList();
  }

  /** From the first acknowledgement to the last. */
  Duration observed() {
    return acknowledgedNanos.length < 2
        ? Duration.ZERO
        : Duration.ofNanos(acknowledgedNanos[acknowledgedNanos.length - 1] - acknowledgedNanos[0]);
  }

  /** The part of the observed time that was no outage, 0 to 1. */
  double availability() {
    return observed().isZero() ? 0 : 1 - (double) outageNanos().sum() / observed().toNanos();
  }

  /** Mean time to repair: how long an outage lasts; zero without one. */
  Duration meanTimeToRepair() {
    return Duration.ofNanos(Math.round(outageNanos().average().orElse(0)));
  }

  /** Mean time between failures: how long writes go through until an outage begins; the whole time without one. */
  Duration meanTimeBetweenFailures() {
    long outages = outageNanos().count();
    return outages == 0 ? observed() : observed().minusNanos(outageNanos().sum()).dividedBy(outages);
  }
}
