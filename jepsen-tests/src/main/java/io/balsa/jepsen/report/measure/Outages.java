package io.balsa.jepsen.report.measure;

import java.util.List;
import java.util.OptionalLong;

/**
 * The times in which the cluster could not be written to: the gaps of its {@link Writes} from a given length up. An outage
 * lasts from the last acknowledgement before it to the first one after it.
 *
 * @param outages in their order
 * @param measured the time of the load
 */
public record Outages(List<Interval> outages, Interval measured) {
  /** Keeps a copy. */
  public Outages {
    outages = List.copyOf(outages);
  }

  /**
   * @param least a gap of this length is an outage, in nanoseconds
   */
  public static Outages of(Writes writes, long least) {
    return new Outages(writes.from(least), writes.measured());
  }

  /** Nanoseconds of all. */
  public long downtime() {
    return outages.stream().mapToLong(Interval::length).sum();
  }

  /** The share of the measured time that is no outage. */
  public double uptime() {
    return measured.length() == 0 ? 1 : 1 - (double) downtime() / measured.length();
  }

  /** Mean time to repair: how long an outage lasts in the mean, in nanoseconds. Empty: there was none. */
  public OptionalLong meanTimeToRepair() {
    return outages.isEmpty() ? OptionalLong.empty() : OptionalLong.of(downtime() / outages.size());
  }

  /**
   * Mean time between failures: from the begin of an outage to the begin of the next one in the mean, in nanoseconds. Empty: there
   * were not two.
   */
  public OptionalLong meanTimeBetweenFailures() {
    int times = outages.size() - 1;
    return times < 1
        ? OptionalLong.empty()
        : OptionalLong.of((outages.getLast().from() - outages.getFirst().from()) / times);
  }
}
