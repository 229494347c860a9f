package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.torture.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What one run shall do.
 *
 * @param title for people
 * @param workload what its clients do; of this run alone
 * @param nemeses what is done to the cluster; empty: nothing
 * @param nodes of the cluster
 * @param length from the first step of a client; a run is longer where a fault, or the second turn of one, takes it
 * @param lengthMost it goes on for so long at most until enough operations have ended for it to count; not below {@code length}
 * @param seed draws all that can be drawn
 * @param clients how many
 * @param rate steps a second of each client
 * @param directory gets all that the run leaves
 * @param command that repeats it, for people
 */
record RunOptions(String title, Workload workload, List<Nemesis> nemeses, int nodes, Duration length,
    Duration lengthMost, long seed, int clients, double rate, Path directory, String command) {
  private static final Duration HOLD_LEAST = Duration.ofSeconds(1);
  private static final Duration HOLD_MOST = Duration.ofSeconds(8);

  RunOptions {
    nemeses = List.copyOf(nemeses);
  }

  /** How long a fault lasts, about: so long that each has its turns, with as much time between them for the cluster to come back. */
  Duration hold() {
    long each = length.toNanos() / Math.max(1, 2L * Counting.INSTALLED_LEAST * nemeses.size());
    return Duration.ofNanos(Math.clamp(each, HOLD_LEAST.toNanos(), HOLD_MOST.toNanos()));
  }
}
