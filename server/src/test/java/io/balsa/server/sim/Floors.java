package io.balsa.server.sim;

import java.util.TreeSet;

/** The revisions that somebody has asked to compact to: nothing else compacts, so every floor is among them. */
final class Floors {
  private final TreeSet<Long> asked = new TreeSet<>();

  void asked(long revision) {
    asked.add(revision);
  }

  /** 0: none yet. */
  long newest() {
    return asked.isEmpty() ? 0 : asked.last();
  }

  boolean mayBe(long revision) {
    return asked.contains(revision);
  }
}
