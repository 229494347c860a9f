package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.HardState;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;
import java.util.HashMap;
import java.util.Map;

/**
 * In one process, term, commit index and applied index never fall. Across crashes, the term that was durable comes back, and
 * what is flushed stays applied.
 */
public final class MonotonicPointers implements Invariant {
  private final Map<Long, Pointers> last = new HashMap<>();
  private final Map<Long, HardState> durableAtCrash = new HashMap<>();

  @Override
  public void crashed(NodeView node) {
    last.remove(node.incarnation());
    durableAtCrash.put(node.incarnation(), node.durable().hardState());
  }

  @Override
  public void started(NodeView node, RecoveredLog recovered) {
    HardState before = durableAtCrash.getOrDefault(node.incarnation(), HardState.INITIAL);
    HardState after = recovered.hardState();
    boolean forgotVote = after.term() == before.term() && before.votedFor() != null
        && !before.votedFor().equals(after.votedFor());
    if (after.term() < before.term() || forgotVote) {
      throw violated(node.id() + " had " + before + " on its disk and comes back with " + after);
    }
  }

  @Override
  public void hardStateSaved(NodeView node, HardState hardState) {
    if (hardState.term() < node.hardState().term()) {
      throw violated(node.id() + " saves " + hardState + " after " + node.hardState());
    }
  }

  @Override
  public void polled(NodeView node, Pointers now) {
    Pointers before = last.put(node.incarnation(), now);
    if (before != null && (now.term() < before.term() || now.commitIndex() < before.commitIndex()
        || now.appliedIndex() < before.appliedIndex() || now.firstIndex() < before.firstIndex())) {
      throw violated(node.id() + " falls from " + before + " to " + now);
    }
  }
}
