/**
 * Clusters of real server processes, run from the distribution as its users run it: started, killed, paused, started again. Every
 * node has a loopback address of its own, so that no two clusters of one machine meet, and so that a partition can be made
 * between addresses.
 *
 * <p>Invariants: only processes started here are signalled, by their own pid; a server ends when the JVM that started it ends,
 * however that ends, and whether the server stands still or not.
 *
 * <p>Start at {@link io.balsa.junit.cluster.RealCluster}.
 */
@NullMarked
package io.balsa.junit.cluster;

import org.jspecify.annotations.NullMarked;
