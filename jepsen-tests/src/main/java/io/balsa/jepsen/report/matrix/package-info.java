/**
 * Many runs together: which workload met which faults, and what came of it.
 *
 * <p>Invariants: everything is made of the summaries of the runs alone; a run that does not count is told apart, not left out.
 *
 * <p>Start at {@link io.balsa.jepsen.report.matrix.MatrixRow}.
 */
@NullMarked
package io.balsa.jepsen.report.matrix;

import org.jspecify.annotations.NullMarked;
