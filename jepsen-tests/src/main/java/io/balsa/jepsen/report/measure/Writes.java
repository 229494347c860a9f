package io.balsa.jepsen.report.measure;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * When clients were told that what they wrote is there. Any client and any key: it is the cluster that is measured, so one write
 * that comes through shows that it could be written to.
 *
 * <p>A <em>gap</em> is the time between two acknowledgements of which none lies between. The begin and the end of the measured time
 * bound a gap too, so that an outage that the run ended in is seen, and a run without any acknowledgement is one gap.
 *
 * <p>The clients are closed loops that always want something, so a gap is a time in which writing was not possible. Where a load
 * writes seldom, its gaps are long for that: {@link #usual} tells. Immutable.
 */
public final class Writes {
  private final Interval measured;
  private final long[] acknowledged;

  /**
   * @param mutations those that are not OK and those that were acknowledged outside of the measured time are left out
   * @param measured the time of the load
   */
  public Writes(Collection<Operation> mutations, Interval measured) {
    this.measured = measured;
    this.acknowledged = mutations.stream().filter(operation -> operation.completion() == Completion.OK)
        .mapToLong(Operation::completed).filter(measured::has).sorted().toArray();
  }

  /** How many acknowledgements. */
  public long count() {
    return acknowledged.length;
  }

  /** The time of the load. */
  public Interval measured() {
    return measured;
  }

  /** The longest gap, the first one of equals. */
  public Interval longest() {
    return longest(gaps());
  }

  /** The longest gap that has a moment in common with this time: what a fault of that time did. It may reach out of it. */
  public Interval longest(Interval time) {
    if (!time.touches(measured)) {
      throw new IllegalArgumentException(time + " is not of " + measured);
    }
    return longest(gaps().filter(gap -> gap.touches(time)));
  }

  private static Interval longest(Stream<Interval> gaps) {
    return gaps.reduce((a, b) -> b.length() > a.length() ? b : a).orElseThrow();
  }

  /** The gaps that last this long at least, in nanoseconds, in their order. */
  public List<Interval> from(long length) {
    return gaps().filter(gap -> gap.length() >= length).toList();
  }

  /**
   * How long a gap is when nothing is wrong: 99 of 100 gaps that no faulted time touches are no longer. In a run that is
   * faulted all the time, half of all gaps are no longer.
   *
   * @param faulted the times in which a fault is there, or not all is well again
   */
  public long usual(Collection<Interval> faulted) {
    long[] quiet = gaps().filter(gap -> faulted.stream().noneMatch(gap::touches)).mapToLong(Interval::length).sorted()
        .toArray();
    return quiet.length > 0
        ? rank(quiet, 99)
        : rank(gaps().mapToLong(Interval::length).sorted().toArray(), 50);
  }

  private static long rank(long[] sorted, int percent) {
    return sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
  }

  /**
   * Availability: the share of the windows of this length, laid end to end from the begin of the measured time, in which at
   * least one write was acknowledged. What is left at the end and is no whole window is not looked at; a measured time that is
   * shorter is one.
   */
  public double availability(long window) {
    long windows = Math.max(1, measured.length() / window);
    long good = LongStream.of(acknowledged).map(moment -> (moment - measured.from()) / window)
        .filter(place -> place < windows).distinct().count();
    return (double) good / windows;
  }

  private Stream<Interval> gaps() {
    long[] bounds = LongStream.concat(LongStream.concat(LongStream.of(measured.from()), LongStream.of(acknowledged)),
        LongStream.of(measured.to())).toArray();
    return IntStream.range(1, bounds.length).mapToObj(i -> new Interval(bounds[i - 1], bounds[i]));
  }
}
