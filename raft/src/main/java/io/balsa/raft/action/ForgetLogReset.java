package io.balsa.raft.action;

/**
 * The log is reset, durably: the state machine need not remember any more that it had to be. LogResetForgotten answers (C6).
 */
public record ForgetLogReset() implements Action {
}
