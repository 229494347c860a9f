package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The disk that holds one node's log. It outlives the processes that open it. Pluggable: see {@link SimLogDisk}. */
public interface NodeDisk extends FaultyDisk {

  /** How a process ends. */
  enum Crash {
    /** kill -9, or an end of its own: what was written is visible to the next open, but not therefore durable (L3). */
    PROCESS,
    /** The whole machine loses its power: what was not synced may be lost. */
    POWER
  }

  /**
   * What the log is opened beside.
   *
   * @param applied   what the state machine holds: the log must neither end before it nor begin after it (L2)
   * @param stateLost but it may begin after it when this says that the state was lost (I3)
   * @param resetOwed not null: the log is to begin behind this, unless it holds it (C6)
   * @param committed every committed entry, from index 1 on, and those to come: the simulator keeps what a log has let go of
   */
  record Opening(LogId applied, boolean stateLost, @Nullable LogStart resetOwed, List<Entry> committed) {
    /** Beside nothing: the log is opened as it is, whatever the state holds. */
    static Opening alone(List<Entry> committed) {
      return new Opening(LogId.ZERO, true, null, committed);
    }
  }

  /** A new process opens the log; everything that it finds is durable when it returns (L3). */
  LogStore open(Opening opening) throws IOException;

  /** The log writer begins: what has been requested so far is on its way to the disk, what comes later is not. */
  void syncBegins();

  void crash(Crash kind, SimRandom random);

  /** The next sync fails with an IOException. */
  void failNextSync();

  /** No sync fails any more. */
  void heal();

  /**
   * No process runs: everything after this entry is gone, though it was confirmed (I4). @return whether this disk can do that, and has
   */
  default boolean forget(long lastIndex) {
    return false;
  }

  /** What would be found after a power cut at this moment that keeps nothing but what is synced. */
  DurableLog durable();
}
