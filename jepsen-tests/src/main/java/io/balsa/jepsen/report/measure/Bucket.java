package io.balsa.jepsen.report.measure;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What ended in one of the equal parts of a run. An operation belongs to that in which it ended.
 *
 * @param part of the run
 * @param ended in it
 * @param latency of those that ended OK in it
 */
public record Bucket(Interval part, Tally ended, Latency latency) {
  private static final long[] STEPS = {1, 2, 5};
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /**
   * All parts of this time, also those in which nothing ended; the last one may be shorter. Operations that ended outside of it are
   * left out.
   *
   * @param width of a part, in nanoseconds
   */
  public static List<Bucket> of(List<Operation> operations, Interval time, long width) {
    int parts = Math.toIntExact(Math.max(1, (time.length() + width - 1) / width));
    List<List<Operation>> ended = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      ended.add(new ArrayList<>());
    }
    for (Operation operation : operations) {
      if (time.has(operation.completed())) {
        long part = (operation.completed() - time.from()) / width;
        ended.get((int) Math.min(part, parts - 1)).add(operation);
      }
    }
    Histogram histogram = new Histogram(3);
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      long from = time.from() + i * width;
      buckets.add(new Bucket(new Interval(from, Math.min(from + width, time.to())), Tally.of(ended.get(i)),
          Latency.of(ended.get(i), histogram)));
    }
    return buckets;
  }

  /** The shortest width of 100, 200 or 500 ms, 1, 2, 5, 10, ... s, by which a time of this length has at most so many parts. */
  public static long width(long length, int most) {
    for (long power = SHORTEST;; power *= 10) {
      for (long step : STEPS) {
        if (length <= step * power * most) {
          return step * power;
        }
      }
    }
  }

  /** So many of these a second. */
  public double perSecond(long count) {
    return part.length() == 0 ? 0 : (double) count * SECOND / part.length();
  }
}
