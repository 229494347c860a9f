package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * T3 and T4: from its election until one election timeout after its no-op is applied, a leader's cluster time stands still and
 * it appends no Clock entry; and at most one Clock entry of its is not yet committed.
 */
public final class ClockStandsStill implements Invariant {
  private static final class Term {
    final NodeId leader;
    final long noopIndex;
    final long baseStamp;
    long noopAppliedAt = Long.MAX_VALUE;
    long lastClockIndex;

    Term(NodeId leader, long noopIndex, long baseStamp) {
      this.leader = leader;
      this.noopIndex = noopIndex;
      this.baseStamp = baseStamp;
    }
  }

  private final Map<Long, Term> terms = new HashMap<>();
  private @Nullable World world;

  @Override
  public void begins(World begun) {
    world = begun;
  }

  @Override
  public void applied(NodeView node, Entry entry, @Nullable Object result) {
    Term term = terms.get(entry.term());
    if (world != null && term != null && node.id().equals(term.leader) && entry.index() == term.noopIndex) {
      term.noopAppliedAt = world.now().getAsLong();
    }
  }

  @Override
  public void created(NodeView node, Ledger.Known known) {
    if (world == null) {
      return;
    }
    Entry entry = known.entry();
    LogId before = known.before();
    Ledger.Known previous = world.ledger().known(before);
    if (before.term() != entry.term()) {
      terms.put(entry.term(), new Term(node.id(), entry.index(), previous == null ? 0 : previous.entry().stampNanos()));
    }
    Term term = terms.get(entry.term());
    if (entry.stampNanos() > term.baseStamp || entry.type() == EntryType.CLOCK) {
      double wait = world.options().raft().electionTimeoutMinNanos() / world.options().fastestRate();
      if (term.noopAppliedAt == Long.MAX_VALUE || known.appendedAtNanos() < term.noopAppliedAt + wait - 2) {
        throw violated(
            node.id() + " appends " + entry + " at " + known.appendedAtNanos() + "; its no-op was applied at "
                + term.noopAppliedAt);
      }
    }
    if (entry.type() == EntryType.CLOCK) {
      if (term.lastClockIndex > world.ledger().committed().size()) {
        throw violated(node.id() + " appends Clock entry " + entry.id() + " while " + term.lastClockIndex
            + " is not committed");
      }
      term.lastClockIndex = entry.index();
    }
  }
}
