/**
 * What clients did during a run and what they were told, kept so that it can be judged afterwards, by this module's checkers and by
 * those of others.
 *
 * <p>Invariants: an outcome is what the client was told, never what it probably was; an operation of unknown outcome stays unknown,
 * and its process does nothing more; times are those of one monotonic clock.
 *
 * <p>Start at {@link io.balsa.jepsen.history.Operation}.
 */
@NullMarked
package io.balsa.jepsen.history;

import org.jspecify.annotations.NullMarked;
