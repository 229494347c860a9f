/**
 * Clusters of real server processes, run from the built distribution as its users run it: started, killed, paused, started
 * again. Every node has a loopback address of its own, so that no two clusters of one machine meet, and so that a partition
 * can be made between addresses.
 *
 * <p>Invariants: only processes started here are signalled, by their own pid; a server ends when the JVM of the test ends,
 * however that ends.
 *
 * <p>Start at {@link io.balsa.jepsen.cluster.RealCluster}.
 */
@NullMarked
package io.balsa.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
