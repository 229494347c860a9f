package io.balsa.raft.core;

/**
 * This node lost entries that it had acknowledged (I4). Fatal, and more than that: what it has promised is not known any more, so it must
 * not be itself at its next start either (I3).
 */
public final class ForgetfulDiskException extends Check.InvariantViolation {
  private static final long serialVersionUID = 1L;

  ForgetfulDiskException(String message) {
    super(message);
  }
}
