package io.balsa.raft.input;

/**
 * InstallState is done, durably.
 *
 * @param nextDueNanos as in Applied, of the installed state
 */
public record Installed(long nextDueNanos) implements Input {
}
