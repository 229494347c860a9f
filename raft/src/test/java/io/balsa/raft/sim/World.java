package io.balsa.raft.sim;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * What invariants see of a run.
 *
 * @param now simulated real time in nanoseconds
 */
public record World(List<? extends NodeView> nodes, Ledger ledger, SimOptions options, LongSupplier now) {
}
