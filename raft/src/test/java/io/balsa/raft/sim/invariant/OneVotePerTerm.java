package io.balsa.raft.sim.invariant;

import io.balsa.raft.log.HardState;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import java.util.HashMap;
import java.util.Map;

/**
 * An incarnation votes for one candidate in a term, itself included, across any number of crashes; and when its vote leaves, the vote is
 * on its disk (thesis 3.4, 3.8).
 */
public final class OneVotePerTerm implements Invariant {
  private record Ballot(long incarnation, long term) {
  }

  private final Map<Ballot, NodeId> votes = new HashMap<>();

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (message instanceof RequestVoteReply reply && reply.granted()) {
      cast(from, reply.term(), to);
    } else if (message instanceof RequestVote request) {
      cast(from, request.term(), from.id());
    }
  }

  private void cast(NodeView voter, long term, NodeId candidate) {
    NodeId earlier = votes.putIfAbsent(new Ballot(voter.incarnation(), term), candidate);
    if (earlier != null && !earlier.equals(candidate)) {
      throw violated(voter.id() + " votes for " + candidate + " in term " + term + ", and did for " + earlier);
    }
    HardState durable = voter.durable().hardState();
    if (durable.term() < term || (durable.term() == term && !candidate.equals(durable.votedFor()))) {
      throw violated(voter.id() + " votes for " + candidate + " in term " + term + " with " + durable + " on its disk");
    }
  }
}
