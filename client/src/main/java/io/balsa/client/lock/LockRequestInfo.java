package io.balsa.client.lock;

import java.time.Duration;
import java.util.Optional;

/**
 * A request for a lock, granted or waiting.
 *
 * @param sessionId
 *          the session that asked
 * @param sequence
 *          with the session the request's id
 * @param owner
 *          who asked in that session
 * @param mode
 *          how it is, or would be, held
 * @param token
 *          the fencing token of a holder; 0 of a waiter
 * @param since
 *          how long it holds or waits, on the cluster's clock
 * @param waitLeft
 *          of a waiter: how much longer it will wait; empty: as long as its session lives
 */
public record LockRequestInfo(long sessionId, long sequence, String owner, LockMode mode, long token, Duration since,
    Optional<Duration> waitLeft) {}
