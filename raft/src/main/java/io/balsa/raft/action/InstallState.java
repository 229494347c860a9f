package io.balsa.raft.action;

/**
 * The state becomes the snapshot that was received, after all entries handed over before are applied. Installed answers (C6).
 *
 * @param resetLog the log lacks the snapshot's LogId and is reset next: the state machine remembers that until ForgetLogReset
 */
public record InstallState(long reception, boolean resetLog) implements Action {
}
