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

  private ExitStatus() {}
}
