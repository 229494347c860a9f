package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is committed or applied at an index is the same entry everywhere, for ever (thesis 3.6.3), each node applies every
 * index once and in order, and the same entry gives the same result on all (A1).
 */
public final class StateMachineSafety implements Invariant {
  private Ledger ledger = new Ledger();
  private final Map<Long, Long> lastApplied = new HashMap<>();
  private final Map<Long, @Nullable Object> results = new HashMap<>();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void started(NodeView node, io.balsa.raft.port.RecoveredLog recovered) {
    lastApplied.put(node.incarnation(), node.appliedIndex());
  }

  @Override
  public void installed(NodeView node, long before, LogId id) {
    lastApplied.put(node.incarnation(), id.index());
  }

  @Override
  public void committed(NodeView node, long commitIndex) {
    Entry committed = ledger.committed(commitIndex);
    if (committed == null || node.termAt(commitIndex) != committed.term()) {
      throw violated(node.id() + " commits " + node.termAt(commitIndex) + "/" + commitIndex + " where "
          + (committed == null ? "nothing" : committed.id()) + " is committed");
    }
  }

  @Override
  public void applied(NodeView node, Entry entry, @Nullable Object result) {
    long before = lastApplied.getOrDefault(node.incarnation(), 0L);
    if (entry.index() != before + 1) {
      throw violated(node.id() + " applies " + entry.id() + " after " + before);
    }
    lastApplied.put(node.incarnation(), entry.index());
    Entry committed = ledger.committed(entry.index());
    if (!entry.equals(committed)) {
      throw violated(node.id() + " applies " + entry + " where " + committed + " is committed");
    }
    if (!results.containsKey(entry.index())) {
      results.put(entry.index(), result);
    } else if (!java.util.Objects.equals(results.get(entry.index()), result)) {
      throw violated(node.id() + " gets " + result + " from " + entry + ", another node " + results.get(entry.index()));
    }
  }
}
