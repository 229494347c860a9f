/**
 * Seeded bugs: small diffs under {@code src/mutants} against the main sources, each applied to a copy, compiled, and given to the
 * simulator, which must find it. The main sources hold no hook. A diff that no longer applies fails the build.
 */
@NullMarked
package io.balsa.raft.sim.mutant;

import org.jspecify.annotations.NullMarked;
