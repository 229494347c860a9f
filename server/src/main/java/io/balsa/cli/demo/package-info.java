/**
 * {@code balsa demo}: three server processes, clients that count, pass a lock and move money, a leader that is killed again and
 * again, and a follower that loses its state.
 *
 * <p>Invariants: a count is called exact only if the outcome of every operation is known and the stored value is their number;
 * an outcome that is not known is told. Processes and the folder are gone when the program ends, however it ends.
 *
 * <p>Start at {@link io.balsa.cli.demo.Demo}.
 */
@NullMarked
package io.balsa.cli.demo;

import org.jspecify.annotations.NullMarked;
