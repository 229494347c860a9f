package io.balsa.server.sim;

import io.balsa.raft.sim.SimNode;
import io.balsa.proto.internal.v1.Result;
import java.util.List;

/** One subject of the workload: what clients do with it, and what must hold of what they see. For one run, for all its clients. */
interface Usage {
  /** Makes a call, or a few, now. */
  void use(SimSdk client);

  /** This process is no more: its calls under way will not be answered. */
  default void ended(SimSdk client) {
  }

  /**
   * All is well and no call is under way: whether there is nothing left that comes by itself.
   *
   * @param core nodes that hold everything that was committed
   */
  default boolean isSettled(List<SimNode<Result>> core) {
    return true;
  }

  /**
   * The run is over and quiet. Throws {@link io.balsa.raft.sim.Violation}.
   *
   * @param core nodes that hold everything that was committed
   */
  void check(List<SimNode<Result>> core);

  /** Calls that were answered. */
  int operations();

  /** Calls whose outcome nobody knows. */
  int unknown();

  /** Histories that were too long for their checker. */
  default int gaveUp() {
    return 0;
  }
}
