package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;
import io.balsa.raft.sim.World;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A leader appends a configuration that changes one member, when the one before it is committed, and so is an entry of its own term
 * (thesis 4.1, I5). Only then do any two quorums share a voter.
 */
public final class SingleServerChange implements Invariant {
  private record Appended(NodeView leader, int life, Entry entry, Ledger.ConfigurationAt before) {
    boolean isOf(NodeView node) {
      return leader.incarnation() == node.incarnation() && life == node.life();
    }
  }

  private Ledger ledger = new Ledger();
  /** Judged when the poll is over in which it was appended: only then is all known that was committed before it. */
  private final List<Appended> unjudged = new ArrayList<>();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void created(NodeView leader, Ledger.Known created) {
    Entry entry = created.entry();
    if (entry.type() != EntryType.CONFIGURATION) {
      return;
    }
    List<Ledger.ConfigurationAt> inLog = new ArrayList<>(ledger.configurations(leader::termAt));
    inLog.removeIf(at -> at.id().index() >= entry.index());
    unjudged.add(new Appended(leader, leader.life(), entry, inLog.get(inLog.size() - 1)));
  }

  @Override
  public void polled(NodeView node, Pointers pointers) {
    if (!unjudged.isEmpty()) {
      List<Appended> judged = unjudged.stream().filter(each -> each.isOf(node)).toList();
      unjudged.removeAll(judged);
      judged.forEach(each -> judge(node, each.entry(), each.before()));
    }
  }

  private void judge(NodeView leader, Entry entry, Ledger.ConfigurationAt before) {
    Entry committed = ledger.committed(before.id().index());
    if (before.id().index() > 0 && (committed == null || !committed.id().equals(before.id()))) {
      throw violated(leader.id() + " appends a configuration at " + entry.id() + " before that at " + before.id()
          + " is committed");
    }
    if (!hasCommitted(entry.term())) {
      throw violated(
          leader.id() + " appends a configuration at " + entry.id() + " and nothing of its term is committed");
    }
    int changed = changed(before.configuration(), Configuration.decode(entry.payload()));
    if (changed > 1) {
      throw violated(leader.id() + " changes " + changed + " members at once at " + entry.id());
    }
  }

  private boolean hasCommitted(long term) {
    for (int i = ledger.committed().size() - 1; i >= 0 && ledger.committed().get(i).term() >= term; i--) {
      if (ledger.committed().get(i).term() == term) {
        return true;
      }
    }
    return false;
  }

  private static int changed(Configuration before, Configuration after) {
    TreeSet<NodeId> ids = new TreeSet<>();
    before.members().forEach(member -> ids.add(member.id()));
    after.members().forEach(member -> ids.add(member.id()));
    int changed = 0;
    for (NodeId id : ids) {
      Member was = before.member(id);
      Member is = after.member(id);
      changed += was == null || !was.equals(is) ? 1 : 0;
    }
    return changed;
  }
}
