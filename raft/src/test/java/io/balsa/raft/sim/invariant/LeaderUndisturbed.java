package io.balsa.raft.sim.invariant;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeView;
import io.balsa.raft.sim.Pointers;
import io.balsa.raft.sim.World;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A voter encourages a rival only if it has not heard its leader for an election timeout, or if its own link says that the
 * leader's process is gone (C4, thesis 9.6); a leader encourages nobody. Times are of the voter's own clock. That a leader was
 * heard is seen in the answer to its heartbeat of this term, and no later than at the begin of that poll.
 */
public final class LeaderUndisturbed implements Invariant {
  /** A link that is up again may be news to a poll that has begun, and to the one after it. */
  private static final int POLLS_UNTIL_KNOWN = 3;

  private static final class Voter {
    @Nullable
    NodeId leader;
    final Set<NodeId> gone = new TreeSet<>();
    final Map<NodeId, Integer> polledSinceBack = new TreeMap<>();
    boolean inPoll;
    long pollBeganAt;
    long readAt;
    boolean heard;
    long heardAt;
  }

  private final Map<NodeId, Voter> voters = new TreeMap<>();
  private long timeoutNanos;

  @Override
  public void begins(World world) {
    timeoutNanos = world.options().raft().electionTimeoutMinNanos();
  }

  private Voter of(NodeView node) {
    return voters.computeIfAbsent(node.id(), id -> new Voter());
  }

  @Override
  public void started(NodeView node, RecoveredLog recovered) {
    voters.remove(node.id());
  }

  @Override
  public void clockRead(NodeView node, long nanos) {
    Voter voter = of(node);
    if (!voter.inPoll) {
      voter.inPoll = true;
      voter.pollBeganAt = nanos;
    }
    voter.readAt = nanos;
  }

  @Override
  public void polled(NodeView node, Pointers pointers) {
    Voter voter = of(node);
    voter.inPoll = false;
    voter.polledSinceBack.replaceAll((peer, polls) -> polls + 1);
    voter.polledSinceBack.values().removeIf(polls -> polls >= POLLS_UNTIL_KNOWN);
  }

  @Override
  public void peerTold(NodeView node, NodeId peer, boolean up) {
    Voter voter = of(node);
    if (up) {
      if (voter.gone.remove(peer)) {
        voter.polledSinceBack.put(peer, 0);
      }
    } else {
      voter.gone.add(peer);
    }
  }

  @Override
  public void roleChanged(NodeView node, RoleChanged change) {
    Voter voter = of(node);
    NodeId leader = change.role() == Role.LEADER ? node.id() : change.leader();
    if (leader == null || !leader.equals(voter.leader)) {
      voter.heard = false;
    }
    voter.leader = leader;
  }

  @Override
  public void sent(NodeView from, NodeId to, Message message) {
    if (!from.isInPoll()) {
      return; // it waited for a sync: what it says is of an earlier poll
    }
    Voter voter = of(from);
    if (message instanceof HeartbeatReply answer && answer.round() != HeartbeatReply.NO_ROUND
        && to.equals(voter.leader)) {
      voter.heard = true;
      voter.heardAt = voter.pollBeganAt;
    } else if (message instanceof PreVoteReply reply && reply.granted()) {
      encourages(from, to, voter);
    }
  }

  private void encourages(NodeView node, NodeId rival, Voter voter) {
    NodeId leader = voter.leader;
    if (leader == null) {
      return;
    }
    if (leader.equals(node.id())) {
      throw violated(leader + " leads term " + node.term() + " and would vote for " + rival);
    }
    long silent = voter.readAt - voter.heardAt;
    boolean gone = voter.gone.contains(leader) || voter.polledSinceBack.containsKey(leader);
    if (voter.heard && !gone && silent < timeoutNanos) {
      throw violated(node.id() + " would vote for " + rival + ", though it heard its leader " + leader + " "
          + silent / 1_000_000 + " ms ago and no link of its own says that it is gone");
    }
  }
}
