package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import java.util.TreeSet;

/** Leader election (thesis 3.4, 3.6), PreVote (9.6), the protection of a leader that is alive (4.2.3), fast failover (C4). */
final class Elections {
  private final RaftState state;
  private final Roles roles;
  private final Replication replication;
  private final Rivals rivals;

  Elections(RaftState state, Roles roles, Replication replication, Rivals rivals) {
    this.state = state;
    this.roles = roles;
    this.replication = replication;
    this.rivals = rivals;
  }

  /** Acts on a timeout that is due, after the messages of this poll (C7). */
  void checkTimers() {
    if (state.role instanceof FollowerState follower && state.now() >= follower.electionDueNanos) {
      if (mayStand()) {
        startPreVote(follower.leader == null ? "no leader" : "leader " + follower.leader + " is silent or gone");
      } else {
        follower.electionDueNanos = state.now() + state.randomElectionTimeoutNanos();
      }
    } else if (state.role instanceof CandidateState candidate && state.now() >= candidate.retryDueNanos) {
      if (waitsForItsDisk(candidate)) {
        candidate.retryDueNanos = state.now() + state.randomElectionTimeoutNanos();
      } else if (mayStand()) {
        startPreVote("no quorum answered in time");
      } else {
        roles.becomeFollower(null, "cannot stand");
      }
    }
  }

  /** Its own vote is not durable, so nobody was asked yet: to give up now would be to ignore the votes that come when it is. */
  private boolean waitsForItsDisk(CandidateState candidate) {
    return !candidate.preVote && !state.syncs.isPersisted(candidate.ownVoteSeq);
  }

  /** A node whose disk stands still does not stand (C5), nor one without a whole state: it could not serve (C6, I3). */
  private boolean mayStand() {
    return state.isVoter() && state.install == null && !state.isStateLost()
        && !state.syncs.isStalledSince(state.now() - state.config.electionTimeoutMaxNanos());
  }

  private void startPreVote(String reason) {
    roles.becomePreCandidate(reason);
    CandidateState candidate = (CandidateState) state.role;
    candidate.granted.add(state.self);
    if (!winIfMajority(candidate)) {
      for (NodeId voter : state.voters()) {
        if (!voter.equals(state.self)) {
          state.reply(voter, new PreVote(state.term() + 1, state.log.last()));
        }
      }
    }
  }

  private void stand(boolean transfer, String reason) {
    roles.becomeCandidate(reason);
    for (NodeId voter : state.voters()) {
      if (!voter.equals(state.self)) {
        state.replyAfterSync(voter, new RequestVote(state.term(), state.log.last(), transfer));
      }
    }
  }

  private boolean winIfMajority(CandidateState candidate) {
    if (!Quorum.isMajority(state.voters(), candidate.granted)) {
      return false;
    }
    if (candidate.preVote) {
      stand(false, "a quorum would vote for it");
    } else {
      roles.becomeLeader();
      replication.startTerm();
    }
    return true;
  }

  /** Its own vote became durable, perhaps. */
  void persisted() {
    if (state.role instanceof CandidateState candidate && !candidate.preVote
        && state.syncs.isPersisted(candidate.ownVoteSeq) && candidate.granted.add(state.self)) {
      candidate.retryDueNanos = state.now() + state.randomElectionTimeoutNanos();
      winIfMajority(candidate);
    }
  }

  /** PreVote carries the term that its sender would stand in; it changes no term and no vote here. */
  void onPreVote(NodeId from, PreVote request) {
    if (request.term() < state.term()) {
      state.reply(from, new PreVoteReply(state.term(), false));
      return;
    }
    if (hasGivenUp(from, request.term())) {
      roles.becomeFollower(null, "leader " + from + " gave up");
      rivals.standInAMoment();
    }
    boolean termIsFree = request.term() > state.term() || (state.votedFor() == null && state.leader() == null);
    boolean granted = termIsFree && state.isUpToDate(request.last()) && !isLeaderAlive() && !rivals.isToYield(from, request);
    state.reply(from, new PreVoteReply(granted ? request.term() : state.term(), granted));
    if (granted) {
      rivals.preVoteGiven(from, request);
    } else if (!state.isUpToDate(request.last()) && !isLeaderAlive()) {
      rivals.shorterLogAsked(from);
    }
  }

  /**
   * The very leader that this node follows asks to be elected in a later term. It can have asked only after it led this one:
   * before it did, it was a candidate of this term, and a node that goes back from that to asking never wins this term.
   */
  private boolean hasGivenUp(NodeId from, long term) {
    return term > state.term() && state.role instanceof FollowerState follower && from.equals(follower.leader);
  }

  /** The term of the reply is that of this node + 1 if granted, and no higher than this node's if refused. */
  void onPreVoteReply(NodeId from, PreVoteReply reply) {
    if (state.role instanceof CandidateState candidate && candidate.preVote) {
      if (reply.granted() && reply.term() == state.term() + 1) {
        candidate.granted.add(from);
        winIfMajority(candidate);
      } else if (!reply.granted()) {
        candidate.refused.add(from);
        if (isLost(candidate)) {
          roles.becomeFollower(null, "a quorum would not vote for it");
        }
      }
    }
  }

  /**
   * Whether this node, which learns of a later term, is to stand again unless whoever leads that term is heard in a moment. A
   * leader that hears of the term of a node that cannot win is deposed for nothing, and still has the best log; but if it is
   * handing over, that is the term of its successor. A node that asked for pre-votes in too early a term lost nothing but a round.
   */
  boolean standsAgain(Message ofLaterTerm) {
    return switch (state.role) {
      case LeaderState leader -> leader.transfer == null;
      case CandidateState candidate -> candidate.preVote && ofLaterTerm instanceof PreVoteReply;
      case FollowerState follower -> false;
    };
  }

  /** Whether a vote in a higher term is to be ignored, term and all: the leader is alive (thesis 4.2.3), and did not ask itself. */
  boolean ignores(NodeId from, RequestVote request) {
    return !request.transfer() && isLeaderAlive() && !hasGivenUp(from, request.term());
  }

  /** A request of this very term. */
  void onRequestVote(NodeId from, RequestVote request) {
    rivals.voteAskedFor();
    if (from.equals(state.votedFor())) {
      state.reply(from, new RequestVoteReply(state.term(), true));
      return;
    }
    if (state.votedFor() != null || state.leader() != null || !state.isUpToDate(request.last())) {
      state.reply(from, new RequestVoteReply(state.term(), false));
      return;
    }
    // A pre-candidate too: it has not voted in this term, and if it refused, nobody might win it.
    roles.becomeFollower(null, "votes for " + from);
    state.voteFor(from);
    state.replyAfterSync(from, new RequestVoteReply(state.term(), true));
  }

  void onRequestVoteReply(NodeId from, RequestVoteReply reply) {
    if (state.role instanceof CandidateState candidate && !candidate.preVote) {
      if (reply.granted()) {
        candidate.granted.add(from);
        winIfMajority(candidate);
      } else {
        candidate.refused.add(from);
        if (isLost(candidate)) {
          roles.becomeFollower(null, "a quorum did not vote for it");
        }
        rivals.voteRefused(candidate);
      }
    }
  }

  /** The leader of this term asks this node to take over (thesis 3.10). */
  void onTimeoutNow(NodeId from, TimeoutNow request) {
    if (state.role instanceof FollowerState follower && from.equals(follower.leader) && mayStand()) {
      stand(true, "leader " + from + " asked it to take over");
    }
  }

  /** Evidence that a peer's process is gone; if it is the leader's, stand soon (C4). */
  void onPeerDown(NodeId peer) {
    state.downPeers.add(peer);
    if (state.role instanceof FollowerState follower && peer.equals(follower.leader)) {
      rivals.standWithin(rivals.jitterNanos());
    }
  }

  void onPeerUp(NodeId peer) {
    state.downPeers.remove(peer);
  }

  /** Whether those who refused and those known to be gone leave no majority. */
  private boolean isLost(CandidateState candidate) {
    TreeSet<NodeId> hopeless = new TreeSet<>(candidate.refused);
    hopeless.addAll(state.downPeers);
    hopeless.removeAll(candidate.granted);
    return Quorum.isLost(state.voters(), hopeless);
  }

  /** Whether this node has reason to believe in a leader: its own link to it is whole, and it was heard in time. */
  private boolean isLeaderAlive() {
    return switch (state.role) {
      case LeaderState leader -> true;
      case CandidateState candidate -> false;
      case FollowerState follower -> follower.leader != null && !state.downPeers.contains(follower.leader)
          && state.now() - follower.lastHeardNanos < state.config.electionTimeoutMinNanos();
    };
  }
}
