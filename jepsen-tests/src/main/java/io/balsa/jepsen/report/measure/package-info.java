/**
 * What is measured of a run, in the terms of the field, from its history alone.
 *
 * <p>Invariants: all times are nanoseconds of the clock of the run; a measure is defined by its Javadoc exactly, and is the same
 * whoever computes it again from the published history.
 *
 * <p>Start at {@link io.balsa.jepsen.report.measure.Writes}.
 */
@NullMarked
package io.balsa.jepsen.report.measure;

import org.jspecify.annotations.NullMarked;
