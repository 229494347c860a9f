package io.balsa.raft.sim;

import java.util.List;
import java.util.Map;

/** The clients of one run: what they do, and what must hold of what they saw. */
public interface Workload<R> {
  void start();

  /** No further calls; those under way go on. */
  void stop();

  /** All is well from now on, as far as clients are concerned: calls of these nodes must end well, within this time. */
  void probe(List<SimNode<R>> core, long patienceNanos);

  /** Whether what {@link #probe} asked for is done. */
  boolean isProbed();

  /** Whether no call of before {@link #stop} is under way. */
  boolean isIdle();

  /** The run is over: judges what was seen. Throws {@link Violation}. */
  void check();

  /** Calls that were answered. */
  int operations();

  /** Calls whose outcome nobody knows. */
  int unknown();

  /** Sessions that had a call answered; where clients have none, the clients. */
  default int sessions() {
    return 0;
  }

  /** Histories that were too long for their checker. */
  default int gaveUp() {
    return 0;
  }

  /** How often what of its own happened: kinds of calls, faults of clients. In a fixed order. */
  default Map<String, Long> counts() {
    return new java.util.TreeMap<>();
  }
}
