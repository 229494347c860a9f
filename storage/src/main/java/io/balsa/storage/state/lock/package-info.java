/**
 * Locks as committed entries make them (K2 to K5): requests, who holds, who waits, and which comes next. Imports {@code kv},
 * {@code mvcc}'s rows and the wire's messages; knows neither sessions nor replies, which are {@code state}'s.
 *
 * <p>Invariants: everything here is a cache of the rows of LOCK_REQUESTS (A2); of the holders of a lock either all are shared
 * or there is one; no two owners that hold locks have the same token; whoever waits at the head of a queue could not be granted
 * the lock, unless its turn was put off to the next CLOCK entry. Start at {@link io.balsa.storage.state.lock.LockTable}.
 */
@NullMarked
package io.balsa.storage.state.lock;

import org.jspecify.annotations.NullMarked;
