package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;
import java.util.TreeSet;

/** A pre-candidate or candidate in one term. */
final class CandidateState implements RoleState {
  /** Whether it only asks (PreVote, thesis 9.6). */
  final boolean preVote;
  final TreeSet<NodeId> granted = new TreeSet<>();
  final TreeSet<NodeId> refused = new TreeSet<>();
  final long sinceNanos;
  /** When to try again. */
  long retryDueNanos;
  /** A candidate's own vote counts when this sync is done. */
  long ownVoteSeq;

  CandidateState(boolean preVote, long nowNanos, long retryDueNanos) {
    this.preVote = preVote;
    this.sinceNanos = nowNanos;
    this.retryDueNanos = retryDueNanos;
  }
}
