package io.balsa.raft.action;

/** What a node is in its current term. */
public enum Role {
  LEARNER, FOLLOWER, PRE_CANDIDATE, CANDIDATE, LEADER
}
