package io.balsa.jepsen.torture;

import io.balsa.client.error.BalsaException;
import io.balsa.jepsen.existing.AllowedFaults;
import io.balsa.jepsen.existing.ExistingCluster;
import io.balsa.jepsen.existing.LogCollection;
import io.balsa.jepsen.nemesis.Target;
import java.util.List;
import java.util.Random;

/** A cluster that is somebody's, and goes on after the run. */
final class ExistingArena implements Arena {
  private final ExistingCluster cluster;
  /** What those of the run begin with. */
  private final String keys;

  private ExistingArena(ExistingCluster cluster, String keys) {
    this.cluster = cluster;
    this.keys = keys;
  }

  /** @throws IllegalStateException there is no such cluster */
  static ExistingArena open(List<String> endpoints, AllowedFaults faults, RunOptions options) {
    return new ExistingArena(new ExistingCluster(endpoints, faults.logs(options.directory())),
        options.workload().keys());
  }

  /** @throws IllegalStateException there is no such cluster; the message says what there is */
  static void requireThere(List<String> endpoints) {
    new ExistingCluster(endpoints, LogCollection.none()).close();
  }

  @Override
  public Target start(Random random) {
    Progress.say("using the cluster that there is:\n" + cluster.describe());
    cluster.awaitReady();
    return cluster;
  }

  @Override
  public boolean isRoots() {
    return false;
  }

  @Override
  public void close() {
    try (cluster) {
      cluster.clear(keys);
    } catch (BalsaException e) {
      Progress.say("the keys of the run were not deleted (" + e.getMessage() + "): they begin with " + keys);
    }
  }
}
