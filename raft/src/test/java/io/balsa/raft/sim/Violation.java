package io.balsa.raft.sim;

/** An invariant was broken: the finding of a run. */
public final class Violation extends RuntimeException {
  private final String invariant;

  public Violation(String invariant, String message) {
    super(invariant + ": " + message);
    this.invariant = invariant;
  }

  /** The simple name of the invariant's class. */
  public String invariant() {
    return invariant;
  }
}
