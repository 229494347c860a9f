/**
 * Locks of the cluster: start with {@link io.balsa.client.lock.DistributedLock} and read what {@link
 * io.balsa.client.lock.LockGrant} says about tokens. {@link io.balsa.client.lock.Locks} tells who holds and who waits. What
 * decides is {@code session.LockCore}; what carries the calls is behind {@link io.balsa.client.lock.LockCalls}.
 */
@NullMarked
package io.balsa.client.lock;

import org.jspecify.annotations.NullMarked;
