package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * How simulated clients talk to a state machine: registers named by a small number, which hold a number, 0 at first.
 *
 * @param <R> the result of a command
 */
public interface RegisterProtocol<R> {
  /** What a command did: whether it took effect, and the value that stood there before. */
  record Outcome(boolean done, long before) {
  }

  /**
   * @param session  0: none; else the session whose command {@code sequence} this is
   * @param uniqueId makes the payload unique in the run
   */
  Bytes write(long session, long sequence, long uniqueId, int key, long value);

  /** Sets the register to {@code value} if it holds {@code expected}; null where there is no such command. */
  @Nullable
  Bytes compareAndSet(long session, long sequence, long uniqueId, int key, long expected, long value);

  /**
   * Adds one to a counter (a register of its own, of this number), asked for where there is no compare-and-set. The outcome's
   * {@code before} is the new value.
   */
  default Bytes increment(long session, long sequence, long uniqueId, int key) {
    throw new UnsupportedOperationException("this machine has no counters");
  }

  /** A command that opens a session, or null where clients name their own. */
  default @Nullable Bytes openSession(long uniqueId) {
    return null;
  }

  /** The session that was opened. */
  default long openedSession(R result) {
    throw new UnsupportedOperationException("clients name their own sessions");
  }

  /** A command of the kind that a renewal source collects (T5), or null where there is none. */
  @Nullable
  Bytes renewal(long uniqueId);

  /** @return null when the command was refused for a reason of its session: this one had no effect, the session is of no use */
  @Nullable
  Outcome outcome(R result);

  /** Reads a register of the machine open in this state, now. */
  long read(NodeState<R> state, int key);
}
