package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.Member;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a leader commits is truly on the disks of a majority of the voters of the configuration in its log (thesis 4.1: it counts from
 * append), by incarnation; and ever after there is no quorum that could do without it, in the newest committed configuration or in
 * one that stands behind that in a log. The truth is the simulator's: what a power cut of all nodes at this moment would leave.
 * Who has lost its directory had held what it acknowledged, and votes never again.
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
    Entry last = ledger.committed(commitIndex);
    if (last != null && node.role() == Role.LEADER && last.term() == node.term()) {
      isOnMajority(node, last);
    }
    if (commitIndex > checkedTo) {
      checkedTo = commitIndex;
      check(node.id() + " commits");
    }
  }

  /** By the configuration at that entry, or by one that was appended behind it before it was committed. */
  private void isOnMajority(NodeView leader, Entry last) {
    StringBuilder found = new StringBuilder();
    List<Ledger.ConfigurationAt> inLog = ledger.configurations(leader::termAt);
    for (int i = inLog.size() - 1; i >= 0; i--) {
      Configuration configuration = inLog.get(i).configuration();
      int voters = configuration.voters().size();
      int holders = count(configuration, voter -> holds(voter, last));
      if (holders > voters / 2) {
        return;
      }
      found.append(holders).append(" of ").append(voters).append(" disks at ").append(inLog.get(i).id()).append("; ");
      if (inLog.get(i).id().index() <= last.index()) {
        break;
      }
    }
    throw violated(leader.id() + " commits " + last.id() + ", durable on " + found);
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
    List<Ledger.ConfigurationAt> committed = ledger.committedConfigurations();
    Ledger.ConfigurationAt newest = committed.get(committed.size() - 1);
    List<Ledger.ConfigurationAt> checked = new ArrayList<>(List.of(newest));
    for (NodeView node : nodes) {
      List<Ledger.ConfigurationAt> inLog = ledger.configurations(node::termAt);
      int at = inLog.indexOf(newest);
      for (int i = at + 1; at >= 0 && i < inLog.size(); i++) {
        if (!checked.contains(inLog.get(i))) {
          checked.add(inLog.get(i));
        }
      }
    }
    for (Ledger.ConfigurationAt configuration : checked) {
      int voters = configuration.configuration().voters().size();
      int without = count(configuration.configuration(), voter -> !voter.isLost() && !holds(voter, last));
      if (without > voters / 2) {
        throw violated(when + ": " + last.id() + " is committed, and " + without + " of " + voters
            + " voters of the configuration at " + configuration.id() + " do not hold it");
      }
    }
  }

  private static boolean holds(NodeView node, Entry last) {
    return node.durable().termAt(last.index()) == last.term();
  }

  private int count(Configuration configuration, Predicate<NodeView> counted) {
    int count = 0;
    for (NodeView node : nodes) {
      Member member = configuration.member(node.id());
      if (member != null && member.voter() && member.incarnation() == node.incarnation() && counted.test(node)) {
        count++;
      }
    }
    return count;
  }
}
