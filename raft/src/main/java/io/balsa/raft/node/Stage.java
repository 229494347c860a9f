package io.balsa.raft.node;

/** The stages of a node; each is driven by a poll of its own. */
public enum Stage {
  CONSENSUS, LOG_WRITER, APPLIER, MAINTENANCE
}
