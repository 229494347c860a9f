package io.balsa.server.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.SimNode;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a node keeps in memory of its state, and what it shows to readers, is what a fresh start would make of the rows (A2): right after
 * a snapshot was installed, when clients begin to be served from it, and at the end.
 */
final class RebuiltState implements Invariant {
  private static final int ALL = Integer.MAX_VALUE;

  @Override
  public void installed(NodeView node, long before, LogId id) {
    check(node, "after it installed " + id);
  }

  @Override
  public void roleChanged(NodeView node, RoleChanged change) {
    // In the middle of a batch memory is ahead of the rows.
    if (change.role() == Role.LEADER && !((KvState) ((SimNode<?>) node).state()).isWriting()) {
      check(node, "as it begins to lead");
    }
  }

  @Override
  public void ended(List<? extends NodeView> core) {
    core.forEach(node -> check(node, "at the end"));
  }

  private void check(NodeView node, String when) {
    KvState state = (KvState) ((SimNode<?>) node).state();
    try {
      KvStateMachine rebuilt = state.rebuilt();
      same(node, when, state.machine().toString(), rebuilt.toString());
      same(node, when, shown(state.machine().reads()), shown(rebuilt.reads()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shown(StateReads reads) throws IOException {
    StringBuilder shown = new StringBuilder(
        reads.applied() + " revision " + reads.revision() + " time " + reads.clusterTimeNanos());
    shown.append(" configuration ").append(reads.configuration()).append(" sessions ").append(reads.sessionCount());
    reads.leases(0, ALL).items()
        .forEach(lease -> shown.append('\n').append(lease).append(reads.session(lease.getLeaseId())));
    reads.locks("", "", ALL).items().forEach(lock -> {
      shown.append('\n').append(lock);
      lock.getHoldersList().forEach(holder -> shown.append(reads.lockRequest(lock.getName(),
          holder.getRequest().getSessionId(), holder.getRequest().getSequence())));
      lock.getQueueList().forEach(waiter -> shown.append(reads.lockRequest(lock.getName(),
          waiter.getRequest().getSessionId(), waiter.getRequest().getSequence())));
    });
    return shown.toString();
  }

  private void same(NodeView node, String when, String live, String rebuilt) {
    if (!live.equals(rebuilt)) {
      throw violated(node.id() + " " + when + " has in memory\n" + live + "\nand its rows make\n" + rebuilt);
    }
  }
}
