/**
 * What is done to the cluster while clients use it.
 *
 * <p>Invariants: a fault that was installed was seen to be there, one that could not be is skipped with its reason, and one of which
 * neither can be told is indeterminate; what was installed is undone, and the cluster is whole again before the next one. Data is
 * damaged or lost on a minority only, and only while the cluster is whole: more is not promised to be survived. The same random numbers
 * draw the same victims.
 *
 * <p>Start at {@link io.balsa.jepsen.nemesis.Nemesis}, and at {@link io.balsa.jepsen.nemesis.Nemeses} for those that there are. Each is
 * a {@link io.balsa.jepsen.nemesis.Fault} of one action in a {@link io.balsa.jepsen.nemesis.Scene}, which remembers how each step is
 * undone.
 */
@NullMarked
package io.balsa.jepsen.nemesis;

import org.jspecify.annotations.NullMarked;
