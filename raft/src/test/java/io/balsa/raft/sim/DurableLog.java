package io.balsa.raft.sim;

import io.balsa.raft.log.HardState;

/** What is truly on a disk, as the simulator knows it. What a log has let go of at its begin counts as held: a snapshot holds it. */
public interface DurableLog {
  HardState hardState();

  long lastIndex();

  /** The term of the entry at {@code index}, or 0 when the disk does not hold it. */
  long termAt(long index);
}
