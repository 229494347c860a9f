package io.balsa.raft.sim;

/** The steps of an install and of a compaction. A process may end at each of them; one at which none ever does fails the whole run. */
public enum SnapshotStep {
  /** The leader has a snapshot to send. */
  OPENED,
  /** A chunk is written; all are, and are durable. */
  CHUNK_STORED, FINISHED,
  /** The state machine is about to take the snapshot's place; it has, durably. */
  STATE_SWITCHING, STATE_SWITCHED,
  /** A piece of the state before it is gone. */
  REPLACED_PARTLY_REMOVED,
  /** The reset of the log is buffered; it is durable, and the state machine does not know; it does. */
  RESET_BUFFERED, RESET_DURABLE, RESET_FORGOTTEN,
  /** The log let go of its begin, for readers; its files go later. */
  COMPACTED
}
