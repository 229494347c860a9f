/**
 * raft's simulator with the real log on simulated disks and the real state machine on a store that forgets what was not flushed.
 * Start at {@link io.balsa.storage.sim.StorageSimulationTest}.
 */
@NullMarked
package io.balsa.storage.sim;

import org.jspecify.annotations.NullMarked;
