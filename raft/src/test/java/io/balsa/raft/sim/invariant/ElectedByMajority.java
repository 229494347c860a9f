package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.World;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whoever leads was voted for, in this term, by a majority of the voters of the configuration in its own log, each by the incarnation
 * that is bound there (I1, thesis 4.1). A candidate that this configuration leaves out does not count itself.
 */
public final class ElectedByMajority implements Invariant {
  private record Candidacy(NodeId candidate, long term) {
  }

  private final Map<Candidacy, Set<Long>> votes = new HashMap<>();
  private Ledger ledger = new Ledger();

  @Override
  public void begins(World world) {
    ledger = world.ledger();
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (message instanceof RequestVoteReply reply && reply.granted()) {
      cast(to, reply.term(), from);
    } else if (message instanceof RequestVote request) {
      cast(from.id(), request.term(), from);
    }
  }

  private void cast(NodeId candidate, long term, NodeView voter) {
    votes.computeIfAbsent(new Candidacy(candidate, term), each -> new HashSet<>()).add(voter.incarnation());
  }

  @Override
  public void roleChanged(NodeView node, RoleChanged change) {
    if (change.role() != Role.LEADER) {
      return;
    }
    Configuration configuration = ledger.newestConfiguration(node::termAt).configuration();
    Set<Long> voted = new HashSet<>(votes.getOrDefault(new Candidacy(node.id(), change.term()), Set.of()));
    voted.add(node.incarnation()); // alone it asks nobody
    int voters = 0;
    int granted = 0;
    for (Member member : configuration.members()) {
      if (member.voter()) {
        voters++;
        granted += voted.contains(member.incarnation()) ? 1 : 0;
      }
    }
    if (granted <= voters / 2) {
      throw violated(node.id() + " leads term " + change.term() + " by " + granted + " votes of " + voters + " voters");
    }
  }
}
