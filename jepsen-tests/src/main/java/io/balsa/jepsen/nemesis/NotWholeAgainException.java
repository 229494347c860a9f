package io.balsa.jepsen.nemesis;

/** A fault that the cluster is to survive has ended, and the cluster is not what it was before: that is a verdict on it. */
public final class NotWholeAgainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param what did not come back, for people
   * @param lacking the wait that was given up, which says how the nodes are
   */
  public NotWholeAgainException(String what, IllegalStateException lacking) {
    super(what + ": " + lacking.getMessage(), lacking);
  }
}
