/**
 * A generator of load that is the same for every store, and what it measures.
 *
 * <p>Invariants: keys, values and their order depend on the plan alone; an operation counts only if it was begun in the measured window
 * and ended well.
 *
 * <p>Start at {@link io.balsa.bench.load.ClosedLoop}; {@link io.balsa.bench.load.OpenLoop} waits for no answer, and
 * {@link io.balsa.bench.load.WriteProbe} looks for the time in which there are none.
 */
@NullMarked
package io.balsa.bench.load;

import org.jspecify.annotations.NullMarked;
