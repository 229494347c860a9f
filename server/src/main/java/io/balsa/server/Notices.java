package io.balsa.server;

import io.balsa.raft.log.NodeId;
import java.io.PrintStream;

/** What an operator at the terminal must see, one line each, beside the log. */
final class Notices {
  private final NodeId node;
  private final PrintStream err;

  Notices(NodeId node, PrintStream err) {
    this.node = node;
    this.err = err;
  }

  void say(String line) {
    err.println("balsa: " + node + ": " + line);
  }
}
