/**
 * A cluster that is somebody's and was there before the run: what can be learned of it through the SDK, and what its user allows to be
 * done to it, by commands of theirs.
 *
 * <p>Invariants: nothing is done to such a cluster but by the commands of its user and by the faults that they name; what the run wrote
 * lies under one prefix and is deleted at its end; a fault that could not be undone breaks the run off, and says what to put right.
 *
 * <p>Start at {@link io.balsa.jepsen.existing.ExistingCluster} and {@link io.balsa.jepsen.existing.AllowedFaults}.
 */
@NullMarked
package io.balsa.jepsen.existing;

import org.jspecify.annotations.NullMarked;
