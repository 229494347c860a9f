/**
 * The failure suite as a program: clients that use a cluster while faults are done to it, and a verdict.
 *
 * <p>Invariants: the seed draws everything that can be drawn; a run whose harness failed has no verdict; a run that did not do what
 * was asked for says so and does not count.
 *
 * <p>Start at {@link io.balsa.jepsen.torture.TortureRun}.
 */
@NullMarked
package io.balsa.jepsen.torture;

import org.jspecify.annotations.NullMarked;
