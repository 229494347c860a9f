/**
 * Writes under faults whose outcomes are kept, so that it can be told afterwards what must be there, what may be there and what
 * must not.
 *
 * <p>Invariants: an outcome is what the SDK said it is, never what it probably was; a workload that is paused has no call
 * unanswered.
 *
 * <p>Start at {@link io.balsa.jepsen.workload.Writer}.
 */
@NullMarked
package io.balsa.jepsen.workload;

import org.jspecify.annotations.NullMarked;
