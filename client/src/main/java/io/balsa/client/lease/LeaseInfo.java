package io.balsa.client.lease;

import java.time.Duration;

/**
 * A lease as the cluster knows it.
 *
 * @param id
 *          the lease
 * @param ttl
 *          its time to live after a renewal
 * @param remaining
 *          what is left of it, on the cluster's clock; zero: it is due
 * @param keyCount
 *          how many keys hang on it
 * @param session
 *          whether it is a client's session
 * @param lockCount
 *          a session's requests for locks, granted or waiting
 */
public record LeaseInfo(long id, Duration ttl, Duration remaining, int keyCount, boolean session, int lockCount) {}
