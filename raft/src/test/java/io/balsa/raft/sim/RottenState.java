package io.balsa.raft.sim;

import java.io.IOException;

/** A node found that its own state does not hold what was written to it: it is expected to end, saying so, and to lose that state (I3). */
final class RottenState extends IOException {
  RottenState(String message) {
    super(message);
  }
}
