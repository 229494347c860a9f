/**
 * Seeded bugs in storage, server and SDK: small diffs under {@code src/mutants}, each applied to a copy, compiled, and given to the
 * simulator of the whole stack, which must find it. See {@link io.balsa.raft.sim.mutant}.
 */
@NullMarked
package io.balsa.server.sim.mutant;

import org.jspecify.annotations.NullMarked;
