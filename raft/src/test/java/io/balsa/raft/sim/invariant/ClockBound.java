package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;

/**
 * T2: for i &lt; j in one log, stamp(j) - stamp(i) is at most the time between the two appends on the fastest simulated clock;
 * and stamps never fall along a log. Checked from each entry to the next, which gives all pairs.
 */
public final class ClockBound implements Invariant {
  /** Local times are rounded down to nanoseconds at either end. */
  private static final double ROUNDING_NANOS = 2;

  private Ledger ledger = new Ledger();
  private double fastestRate = 1;

  @Override
  public void begins(World world) {
    ledger = world.ledger();
    fastestRate = world.options().fastestRate();
  }

  @Override
  public void created(NodeView leader, Ledger.Known known) {
    Entry entry = known.entry();
    Ledger.Known previous = ledger.known(known.before());
    if (previous == null) {
      return;
    }
    long grown = entry.stampNanos() - previous.entry().stampNanos();
    double elapsed = fastestRate * (known.appendedAtNanos() - previous.appendedAtNanos());
    if (grown < 0 || grown > elapsed + ROUNDING_NANOS) {
      throw violated("from " + previous.entry().id() + " to " + entry.id() + " the cluster time grew by " + grown
          + " ns, while at most " + elapsed + " ns passed on any clock");
    }
  }
}
