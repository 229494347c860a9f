package io.balsa.jepsen.site;

import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;

/** What the nodes of a run take for the time of day. Their monotonic clocks are this machine's. One thread. */
public interface WallClocks {
  /**
   * From now on this node's wall clock is off by this from the machine's; over restarts too.
   *
   * @param by ahead; negative: behind; zero: not off. Whole seconds
   * @throws IllegalStateException it cannot be seen to be so
   */
  void set(ServerProcess node, Duration by);
}
