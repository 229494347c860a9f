/**
 * What is usually built on locks: {@link io.balsa.client.recipe.DistributedReadWriteLock}, {@link
 * io.balsa.client.recipe.DistributedSemaphore}, {@link io.balsa.client.recipe.LeaderElection}, {@link
 * io.balsa.client.recipe.DistributedBarrier}; a client gives them out.
 *
 * <p>Each stands on <em>one</em> lock, which has the recipe's name: its waiters stand in that lock's queue, are told when their
 * turn comes and leave it in the step in which they give up; {@code balsa lock --describe} and {@code --graph} show it like any
 * other. So a name is for one thing: a semaphore and a lock of the same name exclude each other. What {@link
 * io.balsa.client.lock.LockGrant} says about a program that stands still holds here, too: only tokens protect data.
 */
@NullMarked
package io.balsa.client.recipe;

import org.jspecify.annotations.NullMarked;
