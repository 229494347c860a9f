package io.balsa.raft.action;

/** Why a call was refused before it reached any log (E1): it is safe to send it again. */
public enum Rejection {
  /** Another node leads, or may. */
  NOT_LEADER,
  /** No leader is known. */
  NO_LEADER,
  /** A bounded queue is full; nothing was queued. */
  OVERLOADED,
  /** This node is shutting down, or is handing leadership over. */
  STOPPING
}
