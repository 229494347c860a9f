package io.balsa.jepsen.torture;

/** A fault that the cluster is to survive has ended, and the cluster does not serve again: that is a verdict on it. */
final class NotWholeAgainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotWholeAgainException(String after, IllegalStateException lacking) {
    super("after " + after + " the cluster did not come back: " + lacking.getMessage(), lacking);
  }
}
