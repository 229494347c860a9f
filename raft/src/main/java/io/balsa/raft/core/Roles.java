package io.balsa.raft.core;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.RejectRead;
import org.jspecify.annotations.Nullable;

/** The transitions between roles (thesis figure 3.3), and what ends with a role. */
final class Roles {
  private final RaftState state;

  Roles(RaftState state) {
    this.state = state;
  }

  /** A higher term was seen. */
  void becomeFollowerInTerm(long term, @Nullable Peer leader, String reason) {
    endRole();
    state.enterTerm(term, null);
    follow(leader, reason);
  }

  /** The leader of this term was heard, or this node gives its role up. */
  void becomeFollower(@Nullable Peer leader, String reason) {
    endRole();
    follow(leader, reason);
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

  /** Its peers are added when its term is started. */
  LeaderState becomeLeader() {
    Check.that(state.syncs.isHardStateDurable(), "leader of term %d before that term is durable", state.term());
    LeaderState leader = new LeaderState(state.lastStampNanos(), state.now());
    state.role = leader;
    state.reason = "elected";
    return leader;
  }

  private void follow(@Nullable Peer leader, String reason) {
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
    if (leader.transfer != null && leader.transfer.isRequested()) {
      state.handedOver = leader.transfer;
    }
  }
}
