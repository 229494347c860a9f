package io.balsa.raft.sim;

import java.util.Arrays;

/** Numbers of which the median is asked. */
final class Samples {
  private long[] values = new long[64];
  private int count;

  void add(long value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  /** 0 when there is none. */
  long median() {
    if (count == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }

  long max() {
    return Arrays.stream(values, 0, count).max().orElse(0);
  }

  long sum() {
    return Arrays.stream(values, 0, count).sum();
  }
}
