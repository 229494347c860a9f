/**
 * A simulated disk for the state: {@link io.balsa.storage.snapshot.sim.SimVolume} loses what a real one may lose, and
 * {@link io.balsa.storage.snapshot.sim.SimStores} keeps stores in memory whose flushes go there.
 */
@NullMarked
package io.balsa.storage.snapshot.sim;

import org.jspecify.annotations.NullMarked;
