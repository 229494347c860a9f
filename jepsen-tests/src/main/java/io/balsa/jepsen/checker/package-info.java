/**
 * Whether histories of the torture suite keep what the store promises: one checker for each kind of workload.
 *
 * <p>Invariants: a checker reads the history and nothing else; a history that a correct store could have shown is never accused, and
 * what is reported is proven by the operations that the report shows; where the history says too little the answer is that, and not
 * that all is well. Nothing here knows a cluster or a client. Each runs in the time of a few sorts of the history.
 *
 * <p>Start at {@link io.balsa.jepsen.checker.Judgement}; {@link io.balsa.jepsen.checker.CounterChecker} is a short one.
 */
@NullMarked
package io.balsa.jepsen.checker;

import org.jspecify.annotations.NullMarked;
