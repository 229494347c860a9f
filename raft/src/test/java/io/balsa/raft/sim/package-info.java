/**
 * The simulator: whole clusters of the real {@code RaftNode} on simulated time, network, disks and clients, everything drawn
 * from one seed. Start at {@link io.balsa.raft.sim.Simulation}; a run is a safety phase (anything may fail), then a liveness
 * phase (a quorum is healed and must make progress). Other modules plug their own log and state machine in through
 * {@link io.balsa.raft.sim.NodeDisk} and {@link io.balsa.raft.sim.NodeState}.
 *
 * <p>Invariants: nothing here reads a clock, starts a thread or draws from anything but {@link io.balsa.raft.sim.SimRandom};
 * two runs of a seed give the same {@link io.balsa.raft.sim.Trace} hash.
 */
@NullMarked
package io.balsa.raft.sim;

import org.jspecify.annotations.NullMarked;
