package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.NodeId;
import java.util.List;

/** What invariants may look at. Valid also while no process runs; then the log view is empty. */
public interface NodeView {
  NodeId id();

  /** One id may have several, one after the other; no two nodes have the same. */
  long incarnation();

  /** Its directory is gone: it must never be heard of again (I2). */
  default boolean isLost() {
    return false;
  }

  /** Its disk does not hold all that it confirmed (I4). */
  default boolean isForgetful() {
    return false;
  }

  /** Counts the processes that ran on this node. */
  int life();

  boolean running();

  Role role();

  /** The term of {@link #role}. */
  long term();

  /** The newest hard state given to the log, durable or not. */
  HardState hardState();

  /** The log as its readers see it: the entry at index i stands at i - 1. */
  List<Entry> log();

  /** Of a directory that is lost: what it held. */
  DurableLog durable();

  long commitIndex();

  /** What the state machine holds. */
  long appliedIndex();

  /** A snapshot has taken the place of the state, or does so, and the core has not taken note of all of it. */
  default boolean isInstalling() {
    return false;
  }

  /** What happens now happens in a poll of its raft thread, not in another of its threads. */
  default boolean isInPoll() {
    return false;
  }

  /** The state is lost, and no snapshot has come in its place (I3). */
  default boolean isStateLost() {
    return false;
  }

  /** What a crash would leave of the state. */
  default long flushedIndex() {
    return 0;
  }

  /** The term of the entry at {@code index} in the log that readers see, or 0. */
  default long termAt(long index) {
    return index >= 1 && index <= log().size() ? log().get((int) index - 1).term() : 0;
  }
}
