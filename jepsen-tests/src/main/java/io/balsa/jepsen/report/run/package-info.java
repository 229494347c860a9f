/**
 * A run as it is reported: what the runner says of it, and the numbers that are made of that.
 *
 * <p>Invariants: what is reported is what the runner was told; a fault that was skipped is there with its reason; numbers have
 * their unit in their name.
 *
 * <p>Start at {@link io.balsa.jepsen.report.run.RunReport}.
 */
@NullMarked
package io.balsa.jepsen.report.run;

import org.jspecify.annotations.NullMarked;
