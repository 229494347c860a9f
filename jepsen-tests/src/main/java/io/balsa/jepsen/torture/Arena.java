package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Target;
import java.util.Random;

/** The cluster of one run, and all that it stands on. One thread. */
interface Arena extends AutoCloseable {
  /** Where a run happens; each run opens its own. */
  @FunctionalInterface
  interface Opening {
    Arena open(RunOptions options);
  }

  /**
   * The cluster, every node of it ready. Asked for once.
   *
   * @param random draws how the nodes are set up, where that is the run's to say
   * @throws IllegalStateException they do not become ready
   */
  Target start(Random random);

  /** Whether what only root can do can be done here, and leaving it out would only look as if it had been. */
  boolean isRoots();

  /** Removes what the run has made. */
  @Override
  void close();
}
