/**
 * Balsa beside other stores: the same load at the same machine, by turns.
 *
 * <p>Invariants: only what was measured in the same run is compared, by the medians of its rounds; a store that could not be run is told
 * and not left out silently.
 *
 * <p>Start at {@link io.balsa.bench.compare.Comparison}.
 */
@NullMarked
package io.balsa.bench.compare;

import org.jspecify.annotations.NullMarked;
