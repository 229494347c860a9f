package io.balsa.raft.core;

/** What a node remembers only for one role in one term: made for it and dropped with it, so nothing leaks into the next. */
sealed interface RoleState permits FollowerState, CandidateState, LeaderState {
}
