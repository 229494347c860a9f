package io.balsa.jepsen.checker.append;

/** Why one transaction must come before another one. */
public enum Dependency {
  /** The second one's element follows the first one's in a list. */
  WW,
  /** The second one read what the first one appended. */
  WR,
  /** The first one did not see what the second one appended. */
  RW,
  /** The first one had ended before the second one began. */
  REALTIME
}
