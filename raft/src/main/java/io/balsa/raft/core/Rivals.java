package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.PreVote;

/**
 * When nodes that look for a leader stand, so that one of them is elected soon: who would win need not wait, who would only split
 * the votes puts it off. All of it is advice about time: it changes neither term nor vote, and whoever never gets it stands when
 * its own timeout is over.
 */
final class Rivals {
  private static final long LONG_AGO = Long.MIN_VALUE / 2;

  private final RaftState state;
  private final Roles roles;
  private long preVoteGivenNanos = LONG_AGO;
  private long voteAskedForNanos = LONG_AGO;
  /** When this node last let a timeout that was due go by for a rival. */
  private long putOffNanos = LONG_AGO;

  Rivals(RaftState state, Roles roles) {
    this.state = state;
    this.roles = roles;
  }

  /** A follower need not wait for the rest of its timeout. */
  void standWithin(long nanos) {
    if (state.role instanceof FollowerState follower) {
      follower.electionDueNanos = Math.min(follower.electionDueNanos, state.now() + nanos);
    }
  }

  long jitterNanos() {
    return state.config.fastElectionJitterNanos() == 0 ? 0
        : state.random.nextLong(state.config.fastElectionJitterNanos());
  }

  /** In this time whoever won, or leads a later term, has been heard. */
  private long moment() {
    return state.config.heartbeatIntervalNanos() + jitterNanos();
  }

  /** Stands unless somebody who leads is heard within a moment. */
  void standInAMoment() {
    standWithin(moment());
  }

  /** Somebody asked for a vote in this term, and may be about to lead. */
  void voteAskedFor() {
    voteAskedForNanos = state.now();
  }

  /**
   * Two pre-candidates that encourage each other both stand, and split the votes. So for the length of a heartbeat interval a
   * pre-candidate encourages only a rival with a longer log, or with an equal one and the smaller id; after that, anyone.
   */
  boolean isToYield(NodeId from, PreVote request) {
    return state.role instanceof CandidateState candidate && candidate.preVote && request.term() == state.term() + 1
        && state.now() - candidate.sinceNanos < state.config.heartbeatIntervalNanos() && isLesser(from, request);
  }

  private boolean isLesser(NodeId from, PreVote request) {
    return request.last().equals(state.log.last()) && from.compareTo(state.self) > 0;
  }

  /**
   * Whoever asks and would get this vote is given the time to stand; if it does not, this node stands a moment later. A
   * pre-candidate yields only to whom it would not refuse: were two to yield to each other, neither would wait for the answers of
   * a third that is far away. A follower whose timeout is about to be over lets that go by once in an election timeout, or nodes
   * that ask and cannot win would keep it from standing for ever.
   */
  void preVoteGiven(NodeId to, PreVote request) {
    preVoteGivenNanos = state.now();
    long later = moment();
    if (state.role instanceof CandidateState candidate && candidate.preVote && !isLesser(to, request)) {
      roles.becomeFollower(null, "yields to " + to);
      standWithin(later);
    } else if (state.role instanceof FollowerState follower && follower.electionDueNanos < state.now() + later
        && state.now() - putOffNanos >= state.config.electionTimeoutMaxNanos()) {
      putOffNanos = state.now();
      follower.electionDueNanos = state.now() + later;
    }
  }

  /**
   * A node with a shorter log looks for a leader, as this one does, and will not win: this one need not wait for a timeout. It
   * may have asked too early, before the other knew that the leader is gone (C4). But an election that is under way is not to be
   * disturbed: whoever stands in it had a majority behind it a moment ago.
   */
  void shorterLogAsked(NodeId from) {
    boolean isUnderWay = state.leader() == null
        && state.now() - voteAskedForNanos < state.config.electionTimeoutMinNanos();
    if (isUnderWay || state.now() - preVoteGivenNanos < state.config.heartbeatIntervalNanos()) {
      return;
    }
    if (state.role instanceof CandidateState candidate && candidate.preVote && candidate.refused.contains(from)) {
      candidate.retryDueNanos = Math.min(candidate.retryDueNanos, state.now() + jitterNanos());
    } else {
      standWithin(jitterNanos());
    }
  }

  /**
   * Somebody else has that vote. If a rival won, it is heard soon, and asking for pre-votes will change nothing; if the votes were
   * split, another round need not wait for a timeout. But it waits as long again as this answer took: others may be on their way.
   */
  void voteRefused(CandidateState candidate) {
    long later = Math.max(moment(), state.now() - candidate.sinceNanos);
    if (state.role == candidate) {
      candidate.retryDueNanos = Math.min(candidate.retryDueNanos, state.now() + later);
    } else {
      standWithin(later);
    }
  }
}
