package io.balsa.raft.sim;

import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;

/**
 * The state store of one node. It outlives the processes that open it, as far as it was flushed: a crash of any kind loses what
 * was not (no write-ahead log of its own; the Raft log is replayed). What its disk forgets beyond that, a crash says.
 */
public interface NodeState<R> {
  StateMachine<R> open() throws IOException;

  /** Runs before each write of the process that has it open: there its thread may be preempted. */
  default void beforeEachWrite(Runnable action) {
  }

  /** Snapshots of the machine that was opened last. */
  default SnapshotStore snapshots() {
    return new SnapshotStore() {
      @Override
      public OutgoingSnapshot open(long minIndex) {
        throw new UnsupportedOperationException("this state has no snapshots");
      }

      @Override
      public IncomingSnapshot receive(SnapshotMeta meta) {
        throw new UnsupportedOperationException("this state has no snapshots");
      }
    };
  }

  /**
   * No process runs: the state is gone, or so damaged that the next start takes it for lost.
   *
   * @return what befell it, one of a few names that are counted
   */
  default String lose(SimRandom random) {
    throw new UnsupportedOperationException("this state cannot be lost");
  }

  /** The machine is to stop in the middle of something that is written to this state's disk soon, where that can be. */
  default void stopSoon(SimRandom random) {
  }

  /** Whether it has: whoever wrote cannot go on, and the process has ended. */
  default boolean hasStopped() {
    return false;
  }

  /**
   * Something that is written to this state's disk soon fails, and does nothing, or half of it.
   *
   * @return false: this state has no disk
   */
  default boolean failWriteSoon(SimRandom random) {
    return false;
  }

  /** Whether that has happened, to the process that has it open: then it ends. */
  default boolean hasFailed() {
    return false;
  }

  /** It does not stop or fail any more. */
  default void heal() {
  }

  /** Everything applied so far becomes durable. */
  void flush() throws IOException;

  /** The process that has it open ends in this way, or the machine does while none runs. */
  void crash(NodeDisk.Crash kind, SimRandom random);

  /** The run is over: gives back what the machine that runs the simulation lends. */
  default void discard() {
  }

  /**
   * A digest of the state of the open machine: equal on all replicas that applied the same entries. Asked after every batch; where
   * that is dear, it may be 0 at indexes of its choice, the same ones on every replica.
   */
  long digest();

  /** A digest of the whole state, asked once, at the end. */
  default long fullDigest() {
    return digest();
  }
}
