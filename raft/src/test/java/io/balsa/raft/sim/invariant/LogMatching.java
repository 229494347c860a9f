package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;

/**
 * If two logs hold an entry of the same index and term, they are equal up to it (thesis 3.5). By induction it is enough that
 * the entry is the same and that the same LogId stands before it. Terms never fall along a log (L4).
 */
public final class LogMatching implements Invariant {
  @Override
  public void appended(NodeView node, Entry entry, LogId before, Ledger.Known first) {
    if (!first.entry().equals(entry)) {
      throw violated(node.id() + " holds " + entry + " where " + first.appendedBy().id() + " holds " + first.entry());
    }
    if (!first.before().equals(before)) {
      throw violated(
          node.id() + " holds " + entry.id() + " after " + before + ", " + first.appendedBy().id() + " after "
              + first.before());
    }
    if (before.term() > entry.term() || before.index() + 1 != entry.index()) {
      throw violated(node.id() + " holds " + entry.id() + " after " + before);
    }
  }
}
