package io.balsa.raft.core;

import io.balsa.raft.log.LogStart;

/** A snapshot on its way into this node's state (C6). Whatever comes of it, it is gone through to its end, over restarts too. */
final class Install {
  /** What is awaited. */
  enum Stage {
    /** The state machine becomes the snapshot. */
    INSTALLING,
    /** The log that begins behind it becomes durable. */
    RESETTING,
    /** The state machine forgets, durably, that the log had to be reset. */
    FORGETTING
  }

  final LogStart start;
  final boolean resetLog;
  Stage stage = Stage.INSTALLING;
  /** The sync that makes the reset durable. */
  long resetSeq;

  Install(LogStart start, boolean resetLog) {
    this.start = start;
    this.resetLog = resetLog;
  }
}
