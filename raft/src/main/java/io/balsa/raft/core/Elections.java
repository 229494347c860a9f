package io.balsa.raft.core;

import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
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

  Elections(RaftState state, Roles roles, Replication replication) {
    this.state = state;
    this.roles = roles;
    this.replication = replication;
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
      if (mayStand()) {
        startPreVote("no quorum answered in time");
      } else {
        roles.becomeFollower(null, "cannot stand");
      }
    }
  }

  /**
   * A node whose disk stands still does not stand (C5), nor one without a whole state: it could not serve (C6, I3). One that the
   * newest configuration leaves out does, until it knows that this is committed: its log may be the only one that can win (4.2.2).
   */
  private boolean mayStand() {
    return state.isElectable() && state.install == null && !state.isStateLost()
        && !state.syncs.isStalledSince(state.now() - state.config.electionTimeoutMaxNanos());
  }

  private void startPreVote(String reason) {
    roles.becomePreCandidate(reason);
    CandidateState candidate = (CandidateState) state.role;
    candidate.granted.add(state.self);
    if (!winIfMajority(candidate)) {
      for (Peer voter : state.otherVoters()) {
        state.reply(voter, new PreVote(state.term() + 1, state.log.last()));
      }
    }
  }

  private void stand(boolean transfer, String reason) {
    roles.becomeCandidate(reason);
    for (Peer voter : state.otherVoters()) {
      state.replyAfterSync(voter, new RequestVote(state.term(), state.log.last(), transfer));
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
      winIfMajority(candidate);
    }
  }

  /** PreVote carries the term that its sender would stand in; it changes nothing here. */
  void onPreVote(Peer from, PreVote request) {
    if (request.term() < state.term()) {
      state.reply(from, new PreVoteReply(state.term(), false));
      return;
    }
    boolean termIsFree = request.term() > state.term() || (state.votedFor() == null && !knowsLeader());
    boolean granted = termIsFree && isUpToDate(request.last()) && !isLeaderAlive() && !isRivalThatYields(from, request);
    state.reply(from, new PreVoteReply(granted ? request.term() : state.term(), granted));
    if (!isUpToDate(request.last()) && !isLeaderAlive()) {
      standSoon();
    }
  }

  /**
   * A node with a shorter log looks for a leader, as this one does, and will not win: this one need not wait for a timeout. It
   * may have asked too early, before the other knew that the leader is gone (C4).
   */
  private void standSoon() {
    long due = state.now() + fastElectionJitterNanos();
    switch (state.role) {
      case FollowerState follower -> {
        boolean hasJustVoted = follower.leader == null && state.votedFor() != null
            && !state.self.equals(state.votedFor());
        if (!hasJustVoted) {
          follower.electionDueNanos = Math.min(follower.electionDueNanos, due);
        }
      }
      case CandidateState candidate -> {
        if (candidate.preVote) {
          candidate.retryDueNanos = Math.min(candidate.retryDueNanos, due);
        }
      }
      case LeaderState leader -> {
      }
    }
  }

  private long fastElectionJitterNanos() {
    return state.config.fastElectionJitterNanos() == 0 ? 0
        : state.random.nextLong(state.config.fastElectionJitterNanos());
  }

  /**
   * When the leader's process dies, all followers learn it at once (C4) and ask at about the same time. If each would encourage
   * the other, both would stand in the same term, and split the votes. So for the length of a heartbeat interval a pre-candidate
   * encourages only a rival with a longer log, or with an equal one and the smaller id; after that, anyone.
   */
  private boolean isRivalThatYields(Peer from, PreVote request) {
    return state.role instanceof CandidateState candidate && candidate.preVote && request.term() == state.term() + 1
        && state.now() - candidate.sinceNanos < state.config.heartbeatIntervalNanos()
        && request.last().equals(state.log.last()) && from.id().compareTo(state.self) > 0;
  }

  /** The term of the reply is that of this node + 1 if granted, and no higher than this node's if refused. */
  void onPreVoteReply(Peer from, PreVoteReply reply) {
    if (state.role instanceof CandidateState candidate && candidate.preVote) {
      if (reply.granted() && reply.term() == state.term() + 1) {
        candidate.granted.add(from.id());
        winIfMajority(candidate);
      } else if (!reply.granted()) {
        candidate.refused.add(from.id());
        if (isLost(candidate)) {
          roles.becomeFollower(null, "a quorum would not vote for it");
        }
      }
    }
  }

  /** Whether a vote in a higher term is to be ignored, term and all: the leader is alive (thesis 4.2.3). */
  boolean ignores(RequestVote request) {
    return !request.transfer() && isLeaderAlive();
  }

  /** A request of this very term. */
  void onRequestVote(Peer from, RequestVote request) {
    // If it is not known which incarnation was voted for, its log is compared again: a removed one has an older one.
    if (state.hasVotedFor(from) || (state.mayHaveVotedFor(from) && isUpToDate(request.last()))) {
      state.reply(from, new RequestVoteReply(state.term(), true));
      return;
    }
    if (state.votedFor() != null || knowsLeader() || !isUpToDate(request.last())) {
      state.reply(from, new RequestVoteReply(state.term(), false));
      return;
    }
    // A pre-candidate too: it has not voted in this term, and if it refused, nobody might win it.
    roles.becomeFollower(null, "votes for " + from);
    state.voteFor(from);
    state.replyAfterSync(from, new RequestVoteReply(state.term(), true));
  }

  void onRequestVoteReply(Peer from, RequestVoteReply reply) {
    if (state.role instanceof CandidateState candidate && !candidate.preVote) {
      if (reply.granted()) {
        candidate.granted.add(from.id());
        winIfMajority(candidate);
      } else {
        candidate.refused.add(from.id());
        if (isLost(candidate)) {
          roles.becomeFollower(null, "a quorum did not vote for it");
          standSoonIfLeaderless();
        }
      }
    }
  }

  /** The leader of this term asks this node to take over (thesis 3.10). */
  void onTimeoutNow(Peer from, TimeoutNow request) {
    if (state.role instanceof FollowerState follower && from.equals(follower.leader) && mayStand()) {
      stand(true, "leader " + from + " asked it to take over");
    }
  }

  /** Evidence that a peer's process is gone; if it is the leader's, stand soon (C4). */
  void onPeerDown(NodeId peer) {
    state.downPeers.add(peer);
    if (state.role instanceof FollowerState follower && follower.leader != null && peer.equals(follower.leader.id())) {
      follower.electionDueNanos = Math.min(follower.electionDueNanos, state.now() + fastElectionJitterNanos());
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

  /** After a split vote among the survivors of a dead leader, another round need not wait for a timeout (C4). */
  private void standSoonIfLeaderless() {
    if (state.role instanceof FollowerState follower && !state.downPeers.isEmpty()
        && state.config.fastElectionJitterNanos() > 0) {
      follower.electionDueNanos = state.now() + state.random.nextLong(4 * state.config.fastElectionJitterNanos());
    }
  }

  private boolean isUpToDate(LogId last) {
    return last.isAtLeastAsUpToDateAs(state.log.last());
  }

  private boolean knowsLeader() {
    return switch (state.role) {
      case FollowerState follower -> follower.leader != null;
      case LeaderState leader -> true;
      case CandidateState candidate -> false;
    };
  }

  /** Whether this node has reason to believe in a leader: its own link to it is whole, and it was heard in time. */
  private boolean isLeaderAlive() {
    return switch (state.role) {
      case LeaderState leader -> true;
      case CandidateState candidate -> false;
      case FollowerState follower -> follower.leader != null && !state.downPeers.contains(follower.leader.id())
          && state.now() - follower.lastHeardNanos < state.config.electionTimeoutMinNanos();
    };
  }
}
