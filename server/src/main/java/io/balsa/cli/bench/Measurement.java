package io.balsa.cli.bench;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts the operations that were due in a window of time, and shows what went on lately, inside the window or not.
 * Thread-safe. Times are of {@link System#nanoTime}.
 */
final class Measurement {
  private static final int DIGITS = 3;

  private final long beginNanos;
  private final long endNanos;
  private final Recorder counted = new Recorder(DIGITS);
  private final Recorder lately = new Recorder(DIGITS);
  private final LongAdder errorsLately = new LongAdder();
  private final ConcurrentHashMap<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final LongAccumulator lastAnswerNanos;
  private final AtomicLong waiting = new AtomicLong();

  Measurement(long beginNanos, long endNanos) {
    this.beginNanos = beginNanos;
    this.endNanos = endNanos;
    this.lastAnswerNanos = new LongAccumulator((a, b) -> b - a > 0 ? b : a, endNanos);
  }

  /** An operation was sent or is about to be. */
  void begun() {
    waiting.incrementAndGet();
  }

  /** Its answer came. */
  void answered(long dueNanos, long nowNanos) {
    waiting.decrementAndGet();
    long took = Math.max(0, nowNanos - dueNanos);
    lately.recordValue(took);
    if (isCounted(dueNanos)) {
      counted.recordValue(took);
      lastAnswerNanos.accumulate(nowNanos);
    }
  }

  /** It was refused, failed, or found nothing. */
  void failed(long dueNanos, String reason) {
    waiting.decrementAndGet();
    errorsLately.increment();
    if (isCounted(dueNanos)) {
      errors.computeIfAbsent(reason, r -> new LongAdder()).increment();
    }
  }

  private boolean isCounted(long dueNanos) {
    return dueNanos - beginNanos >= 0 && dueNanos - endNanos < 0;
  }

  /** Begun and neither answered nor failed yet. */
  long waiting() {
    return waiting.get();
  }

  long beginNanos() {
    return beginNanos;
  }

  long endNanos() {
    return endNanos;
  }

  /** What was answered since the last call of this method; one thread. */
  Histogram lately() {
    return lately.getIntervalHistogram();
  }

  /** What failed since the last call of this method. */
  long errorsLately() {
    return errorsLately.sumThenReset();
  }

  /** When all is answered or given up. */
  LoadReport report() {
    SortedMap<String, Long> failures = new TreeMap<>();
    errors.forEach((reason, count) -> failures.put(reason, count.sum()));
    if (waiting() > 0) {
      failures.merge("NO_ANSWER", waiting(), Long::sum);
    }
    Histogram latencies = counted.getIntervalHistogram();
    return new LoadReport((lastAnswerNanos.get() - beginNanos) / 1e9, latencies.getTotalCount(), failures, latencies);
  }
}
