/**
 * Server processes on this machine, for {@code up} and {@code demo}. Each node is a process of its own that runs
 * {@code bin/balsa server} of the same installation.
 *
 * <p>Invariants: only processes started here are ever signalled, by their own handle; a node outlives neither an orderly nor
 * an abrupt end of the program that started it (its standard input ends, see {@code server --stop-with-parent}).
 *
 * <p>Start at {@link io.balsa.cli.local.LocalCluster}.
 */
@NullMarked
package io.balsa.cli.local;

import org.jspecify.annotations.NullMarked;
