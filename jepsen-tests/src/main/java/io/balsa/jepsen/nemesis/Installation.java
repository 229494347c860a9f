package io.balsa.jepsen.nemesis;

/** What became of a fault that was to be installed. */
public sealed interface Installation {
  /** For people: whom it hit, or why it did not. */
  String what();

  /** Ends a fault. Nodes that it ended run again afterwards; they need not be ready. */
  @FunctionalInterface
  interface Undo {
    void run() throws InterruptedException;
  }

  /** It is there. */
  record Installed(String what, Undo undo) implements Installation {}

  /** Nothing was done, because it cannot be done here. */
  record Skipped(String what) implements Installation {}

  /** It may be there, wholly or in part. */
  record Indeterminate(String what, Undo undo) implements Installation {}
}
