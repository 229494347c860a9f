/**
 * Load for {@code balsa bench}: what is asked for, who asks it, and how long every answer took.
 *
 * <p>Invariants: an operation belongs to the measurement when it was due in its window; every operation that was due is
 * waited for (bounded) and counted, as done or as an error, so that a stall cannot hide what it held up; with a rate, time
 * counts from when an operation was due, not from when there was room to send it (coordinated omission).
 *
 * <p>Start at {@link io.balsa.cli.bench.LoadRun}.
 */
@NullMarked
package io.balsa.cli.bench;

import org.jspecify.annotations.NullMarked;
