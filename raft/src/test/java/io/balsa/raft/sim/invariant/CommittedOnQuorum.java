package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Entry;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.List;

/**
 * What is committed is truly on the disks of a majority of the voters, then and ever after. The truth is the simulator's: what a
 * power cut of all nodes at this moment would leave.
 */
public final class CommittedOnQuorum implements Invariant {
  private List<? extends NodeView> nodes = List.of();
  private Ledger ledger = new Ledger();
  private long checkedTo;

  @Override
  public void begins(World world) {
    nodes = world.nodes();
    ledger = world.ledger();
  }

  @Override
  public void committed(NodeView node, long commitIndex) {
    if (commitIndex > checkedTo) {
      checkedTo = commitIndex;
      check(node.id() + " commits");
    }
  }

  @Override
  public void persisted(NodeView node) {
    // A truncation reached the disk, perhaps.
    if (node.durable().lastIndex() < checkedTo) {
      check(node.id() + " persisted");
    }
  }

  @Override
  public void crashed(NodeView node) {
    check(node.id() + " crashed");
  }

  private void check(String when) {
    Entry last = ledger.committed(checkedTo);
    if (last == null) {
      return;
    }
    int holders = 0;
    for (NodeView node : nodes) {
      if (node.durable().termAt(last.index()) == last.term()) {
        holders++;
      }
    }
    if (holders <= nodes.size() / 2) {
      throw violated(
          when + ": " + last.id() + " is committed and durable on " + holders + " of " + nodes.size() + " disks");
    }
  }
}
