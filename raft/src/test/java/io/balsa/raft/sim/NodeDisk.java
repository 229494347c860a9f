package io.balsa.raft.sim;

import io.balsa.raft.port.LogStore;
import java.io.IOException;

/** The disk that holds one node's log. It outlives the processes that open it. Pluggable: see {@link SimLogDisk}. */
public interface NodeDisk {

  /** How a process ends. */
  enum Crash {
    /** kill -9, or an end of its own: what was written is visible to the next open, but not therefore durable (L3). */
    PROCESS,
    /** The whole machine loses its power: what was not synced may be lost. */
    POWER
  }

  /** A new process opens the log; everything that it finds is durable when it returns (L3). */
  LogStore open() throws IOException;

  /** The log writer begins: what has been requested so far is on its way to the disk, what comes later is not. */
  void syncBegins();

  void crash(Crash kind, SimRandom random);

  /** The next sync fails with an IOException. */
  void failNextSync();

  /** No sync fails any more. */
  void heal();

  /** What would be found after a power cut at this moment that keeps nothing but what is synced. */
  DurableLog durable();
}
