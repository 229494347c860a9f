/**
 * What is done to the cluster while clients use it.
 *
 * <p>Invariants: a fault that was installed was seen to be there, one that could not be is skipped with its reason, and one of which
 * neither can be told is indeterminate; what was installed is undone, and the cluster is whole again before the next one.
 *
 * <p>Start at {@link io.balsa.jepsen.nemesis.Nemesis}.
 */
@NullMarked
package io.balsa.jepsen.nemesis;

import org.jspecify.annotations.NullMarked;
