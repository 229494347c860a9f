/**
 * The stores that are compared: how each is started, asked and ended.
 *
 * <p>Invariants: three nodes of each (of Redis one) on addresses of this machine's loopback; every write synced to disk before it is
 * acknowledged, as each store is set up by itself but for Redis, which is told to; clients talk to the leader where the store does not hide it, over as many connections as those of the
 * others.
 *
 * <p>Start at {@link io.balsa.bench.store.Store}.
 */
@NullMarked
package io.balsa.bench.store;

import org.jspecify.annotations.NullMarked;
