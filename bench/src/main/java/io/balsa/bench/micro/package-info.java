/**
 * The hot inner parts of a node, each by itself, with JMH: what an operation costs where nothing waits for a network or another part.
 *
 * <p>Invariants: only the part under measurement is timed, on the input that it has in a node; what a benchmark writes lies in a temporary
 * directory, stays bounded however long it runs, and is removed at its end. Nothing else of the bench module sees the inside of a node.
 *
 * <p>Start at {@link io.balsa.bench.micro.ApplyBenchmark}.
 */
@NullMarked
package io.balsa.bench.micro;

import org.jspecify.annotations.NullMarked;
