/**
 * What the clients of a run do, through the SDK and bound to different nodes, and how a history of it is judged.
 *
 * <p>Invariants: a workload records every operation that it invoked, one that failed or whose outcome is unknown included; a check
 * reads the history alone, so that it can be repeated on a file.
 *
 * <p>Start at {@link io.balsa.jepsen.torture.workload.Workload}.
 */
@NullMarked
package io.balsa.jepsen.torture.workload;

import org.jspecify.annotations.NullMarked;
