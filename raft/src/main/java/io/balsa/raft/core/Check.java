package io.balsa.raft.core;

/** Invariants that are checked always, in production too: a node that breaks one stops before it harms anything. */
public final class Check {
  private Check() {
  }

  /** @throws InvariantViolation if the condition is false */
  public static void that(boolean condition, String message) {
    if (!condition) {
      throw new InvariantViolation(message);
    }
  }

  /** Formats the message only when the condition is false: for checks on every step. */
  public static void that(boolean condition, String format, Object... arguments) {
    if (!condition) {
      throw new InvariantViolation(String.format(format, arguments));
    }
  }

  /** A broken invariant: fatal for the node. */
  public static class InvariantViolation extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public InvariantViolation(String message) {
      super(message);
    }
  }
}
