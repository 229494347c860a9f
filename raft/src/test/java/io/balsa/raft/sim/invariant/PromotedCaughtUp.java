package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.List;

/**
 * A learner becomes a voter when it has caught up (thesis 4.2.1): its disk holds an entry of the term of the leader that promotes it,
 * and with that all that was there when this leader was elected.
 */
public final class PromotedCaughtUp implements Invariant {
  private List<? extends NodeView> nodes = List.of();
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    nodes = world.nodes();
    ledger = world.ledger();
  }

  @Override
  public void created(NodeView leader, Ledger.Known created) {
    Entry entry = created.entry();
    if (entry.type() != EntryType.CONFIGURATION) {
      return;
    }
    List<Ledger.ConfigurationAt> inLog = ledger.configurations(leader::termAt).stream()
        .filter(at -> at.id().index() < entry.index()).toList();
    Configuration before = inLog.get(inLog.size() - 1).configuration();
    for (Member member : Configuration.decode(entry.payload()).members()) {
      if (member.voter() && !before.isVoter(member.id())) {
        nodes.stream().filter(node -> node.incarnation() == member.incarnation())
            .forEach(node -> mustHaveCaughtUp(leader, node, entry));
      }
    }
  }

  private void mustHaveCaughtUp(NodeView leader, NodeView learner, Entry promotion) {
    long last = learner.durable().lastIndex();
    if (learner.isForgetful()) {
      return; // nobody can know
    }
    if (last == 0 || learner.durable().termAt(last) < promotion.term()) {
      throw violated(leader.id() + " promotes " + learner.id() + " at " + promotion.id() + ", whose disk ends at "
          + (last == 0 ? 0 : learner.durable().termAt(last)) + "/" + last);
    }
  }
}
