package io.balsa.storage.snapshot;

import java.util.function.Consumer;

/**
 * The places at which a crash leaves something else on the disk than a crash a moment before. A test stops the machine at each of
 * them, and at every single operation of the disk besides.
 */
public enum CrashPoint {
  /** A fresh group: CURRENT names a directory that nothing has made yet. */
  CURRENT_CREATED,
  /** A damaged state has its new name; CURRENT still says the old one. */
  STATE_SET_ASIDE,
  /** CURRENT names a new, empty state; the mark that the one before was damaged is still there. */
  STATE_STARTED_ANEW,
  /** INCOMING says that a snapshot begins; its directory is not there. */
  RECEIVE_BEGUN,
  /** A part of a snapshot is durable and INCOMING says so. */
  RECEIVE_PROGRESSED,
  /** All files of a snapshot are durable; nothing was checked. */
  RECEIVE_SYNCED,
  /** A whole snapshot waits for being installed. */
  RECEIVE_FINISHED,
  /** What arrived was refused: its directory is gone, INCOMING is not. */
  RECEIVE_DISCARDED,
  /** The snapshot's store is open; CURRENT still names the one before. */
  INSTALL_OPENED,
  /** CURRENT names the snapshot's store; the one before is whole, the log not reset. */
  INSTALL_SWITCHED,
  /** INCOMING is gone; the one before is whole, and needed by nobody. */
  INSTALL_DONE,
  /** A part of the one before is gone; then all of it. */
  REPLACED_PARTLY_REMOVED, REPLACED_REMOVED,
  /** CURRENT says that the log was reset. */
  RESET_FORGOTTEN;

  /** Does nothing: there is no crash but real ones. */
  static final Consumer<CrashPoint> NONE = point -> {
  };
}
