/**
 * What must hold at every moment of a simulated run, one small file for each property; {@link
 * io.balsa.raft.sim.invariant.Invariants#all} lists them. Each is proven able to fail by a test with a planted bug.
 */
@NullMarked
package io.balsa.raft.sim.invariant;

import org.jspecify.annotations.NullMarked;
