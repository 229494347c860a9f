package io.balsa.cli;

/** What the program ends with. Scripts rely on these numbers. */
final class ExitStatus {
  static final int DONE = 0;
  /** Refused or not found; one line on standard error says why and what to do. */
  static final int REFUSED = 1;
  /** Wrong usage: an unknown verb or flag, a malformed argument. */
  static final int USAGE = 2;
  /** No node could serve the call, or its outcome is unknown. */
  static final int UNAVAILABLE = 3;

  /** Of {@code lock}: the lock was not obtained, and the command not started. */
  static final int LOCK_NOT_OBTAINED = 125;
  /** Of {@code lock}: the lock was lost while the command ran, and the command was ended. */
  static final int LOCK_LOST = 126;
  /** Of {@code lock}: there is no such command, or it cannot be run; as of every shell. */
  static final int COMMAND_NOT_STARTED = 127;
  /** What a program ends with that signal n ended: this + n. */
  static final int SIGNAL = 128;

  private ExitStatus() {}
}
