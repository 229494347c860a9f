/**
 * A JUnit extension for the tests of programs that use Balsa: {@link io.balsa.junit.BalsaCluster} on a class or a method starts a
 * cluster of real server processes and hands out clients of it.
 *
 * <p>Invariants: what was started for a class or a method is gone when that is over; data and logs are deleted, unless something
 * failed.
 *
 * <p>Start at {@link io.balsa.junit.BalsaCluster}.
 */
@NullMarked
package io.balsa.junit;

import org.jspecify.annotations.NullMarked;
