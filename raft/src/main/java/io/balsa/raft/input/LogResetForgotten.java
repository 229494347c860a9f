package io.balsa.raft.input;

/**
 * ForgetLogReset is done, durably.
 */
public record LogResetForgotten() implements Input {
}
