package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.torture.workload.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What one run shall do.
 *
 * @param workload what its clients do; of this run alone
 * @param nemeses what is done to the cluster; empty: nothing
 * @param nodes of the cluster
 * @param length from the first step of a client; a run is longer where a fault takes it
 * @param seed draws all that can be drawn
 * @param clients how many
 * @param rate steps a second of each client
 * @param backend {@code namespaces}, {@code proxies} or {@code auto}
 * @param program the {@code bin/balsa} of the distribution that the nodes are
 * @param directory gets all that the run leaves
 * @param command that repeats it, for people
 */
record RunOptions(Workload workload, List<Nemesis> nemeses, int nodes, Duration length, long seed, int clients,
    double rate, String backend, Path program, Path directory, String command) {
  RunOptions {
    nemeses = List.copyOf(nemeses);
  }
}
