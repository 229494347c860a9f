package io.balsa.jepsen.history;

/** How a transaction ended, as its client was told. */
public enum Completion {
  /** It took effect, once, between its invocation and its completion. */
  OK,
  /** It had no effect and never will. */
  FAILED,
  /** It took effect once, at any time after its invocation, or not at all. */
  UNKNOWN
}
