/**
 * The simulator of the whole stack, everything of it decided by one seed. raft's simulator (nodes, disks, network, faults, invariants)
 * runs the real RaftNode, SegmentedLog and KvStateMachine; on each node the real services of the server answer calls below gRPC
 * ({@link io.balsa.server.sim.NodeServices}, {@link io.balsa.server.sim.RpcCall}); the clients are the real session logic of the SDK
 * ({@link io.balsa.server.sim.SimSdk}) on connections that break, hang and delay ({@link io.balsa.server.sim.Wires}). What they do and
 * what must hold of the answers stands in one small class for each subject ({@link io.balsa.server.sim.Usage}).
 *
 * <p>Start at {@link io.balsa.server.sim.StackSimulationTest}. Nothing here reads a clock, starts a thread or draws from anything but the
 * seed.
 */
@NullMarked
package io.balsa.server.sim;

import org.jspecify.annotations.NullMarked;
