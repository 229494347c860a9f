package io.balsa.raft.sim.invariant;

import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.HashMap;
import java.util.Map;

/**
 * T3: the cluster time grows by at most a bounded step each time that the leader reads its clock; a leader that did not run was
 * no leader.
 */
public final class ClockStepBound implements Invariant {
  /** What one process may have added to the cluster time since it started. */
  private static final class Allowance {
    int life;
    long lastReading;
    long sum;
  }

  private record Stamped(long stamp, long allowed) {
  }

  private final Map<Long, Allowance> allowances = new HashMap<>();
  private final Map<Long, Stamped> lastOfTerm = new HashMap<>();
  private long stepMaxNanos;

  @Override
  public void begins(World world) {
    stepMaxNanos = world.options().raft().clockStepMaxNanos();
  }

  @Override
  public void clockRead(NodeView node, long nanos) {
    Allowance allowance = allowances.computeIfAbsent(node.incarnation(), incarnation -> new Allowance());
    if (allowance.life == node.life()) {
      allowance.sum += Math.min(Math.max(0, nanos - allowance.lastReading), stepMaxNanos);
    }
    allowance.life = node.life();
    allowance.lastReading = nanos;
  }

  @Override
  public void created(NodeView leader, Ledger.Known known) {
    Allowance allowance = allowances.get(leader.incarnation());
    if (allowance == null) {
      return;
    }
    Stamped now = new Stamped(known.entry().stampNanos(), allowance.sum);
    Stamped before = lastOfTerm.put(known.entry().term(), now);
    if (before != null && now.stamp() - before.stamp() > now.allowed() - before.allowed()) {
      throw violated(leader.id() + " adds " + (now.stamp() - before.stamp()) + " ns to the cluster time up to "
          + known.entry() + ", in readings of its clock that allow " + (now.allowed() - before.allowed()));
    }
  }
}
