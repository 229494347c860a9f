package io.balsa.raft.sim;

/** What becomes of lost states, of snapshots, and of log resets that a start finds owed. Each is counted; one that never happens fails the whole run. */
public enum StateEvent {
  /** A lost state came back, because the log reached back to its begin; because a snapshot was installed. */
  REPLAYED, REPAIRED,
  /** A snapshot that had come in part, to an earlier process or from an earlier leader, was gone on with. */
  RECEPTION_RESUMED,
  /** A chunk of a snapshot changed on its way; a snapshot was refused, and its sender found that its own state is the reason. */
  CHUNK_DAMAGED, FOUND_ROTTEN,
  /** A process that installed a snapshot became leader: clients are served from it. */
  LED_AFTER_INSTALL,
  /** An owed reset was left to the log: it lacked what it is reset to, or held it, and the state machine was told before the node began. */
  RESET_LEFT_TO_LOG,
  /** The core redid it, on a log that was as before the install. */
  RESET_REDONE_BY_CORE,
  /** The log held what it is reset to, and the core had the state machine told. */
  RESET_FORGOTTEN_BY_CORE
}
