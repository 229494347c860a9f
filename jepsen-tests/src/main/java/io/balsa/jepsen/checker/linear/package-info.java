/**
 * Whether a history is linearizable: whether its operations can be put in one order in which each takes effect between its begin and
 * its end and every answer is the one that a single copy would have given. The search is that of Wing and Gong, with Lowe's memory of
 * what was tried before, one part of the history (a key, say) after the other, since each can be judged by itself.
 *
 * <p>Invariants: a history that some order explains is never accused; one that is accused has been searched to the end; a search that
 * runs out of its time or of its memory says so, and is no pass. An operation of unknown outcome takes effect at any time after its
 * begin or never; one that failed has no effect.
 *
 * <p>Start at {@link io.balsa.jepsen.checker.linear.LinearizabilityChecker}.
 */
@NullMarked
package io.balsa.jepsen.checker.linear;

import org.jspecify.annotations.NullMarked;
