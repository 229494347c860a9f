package io.balsa.raft.core;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.RejectRead;
import io.balsa.raft.log.NodeId;
import org.jspecify.annotations.Nullable;

/** The transitions between roles (thesis figure 3.3), and what ends with a role. */
final class Roles {
  private final RaftState state;

  Roles(RaftState state) {
    this.state = state;
  }

  /** A higher term was seen. */
  void becomeFollowerInTerm(long term, @Nullable NodeId leader, String reason) {
    endRole();
    state.enterTerm(term, null);
    follow(leader, reason);
  }

  /** The leader of this term was heard, or this node gives its role up. */
  void becomeFollower(@Nullable NodeId leader, String reason) {
    endRole();
    follow(leader, reason);
  }

  /**
   * A leader does not lead any more, and stands again at once: those who still hear it and whom it does not hear learn so that
   * they need not wait for it, and if it can be heard after all, nobody has a better log.
   */
  void giveUp(String reason) {
    becomeFollower(null, reason);
    if (state.role instanceof FollowerState follower) {
      follower.electionDueNanos = state.now();
    }
  }

  void becomePreCandidate(String reason) {
    endRole();
    state.role = new CandidateState(true, state.now(), state.now() + state.randomElectionTimeoutNanos());
    state.reason = reason;
  }

  /** Stands for election: a new term with a vote for itself, which counts only when it is durable. */
  CandidateState becomeCandidate(String reason) {
    endRole();
    state.enterTerm(state.term() + 1, state.self);
    CandidateState candidate = new CandidateState(false, state.now(), state.now() + state.randomElectionTimeoutNanos());
    candidate.ownVoteSeq = state.syncs.nextSeq();
    state.role = candidate;
    state.reason = reason;
    return candidate;
  }

  LeaderState becomeLeader() {
    Check.that(state.syncs.isHardStateDurable(), "leader of term %d before that term is durable", state.term());
    LeaderState leader = new LeaderState(state.lastStampNanos(), state.now());
    for (NodeId peer : state.peers()) {
      leader.progress.put(peer, new Progress(peer, state.log.lastIndex() + 1, state.config, state.now()));
    }
    state.role = leader;
    state.reason = "elected";
    return leader;
  }

  private void follow(@Nullable NodeId leader, String reason) {
    state.role = new FollowerState(leader, state.now(), state.now() + state.randomElectionTimeoutNanos());
    state.reason = reason;
  }

  private void endRole() {
    if (!(state.role instanceof LeaderState leader)) {
      return;
    }
    leader.progress.values().forEach(progress -> SnapshotTransfers.end(state, progress));
    for (LeaderState.ReadRound round : leader.readRounds) {
      round.contexts().forEach(context -> state.out.add(new RejectRead(context, Rejection.NOT_LEADER)));
    }
    leader.waitingReads.forEach(context -> state.out.add(new RejectRead(context, Rejection.NOT_LEADER)));
    if (leader.transfer != null && leader.transfer.requested) {
      state.handedOver = leader.transfer;
    }
  }
}
