package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.error.PermitsDifferException;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.lock.LockGrant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * At most n at a time. Each acquisition takes one permit, also those of one object and one thread: there is no re-entry. Waiters are
 * served in the order in which the cluster applied their requests. A permit that was granted is a {@link LockGrant}: it has a
 * token of its own to write with, is given back by {@code release()} or {@code close()}, or is lost with the client's session,
 * of which {@code onLost} tells before the cluster may grant it to another.
 *
 * <p><b>A program that stood still</b> does not know that its permit has gone to another, so for a while n + 1 may believe that they
 * have one. What must never be done by more than n is to be checked by the store: writes with {@code fencedBy}.
 *
 * <p><b>All who use a semaphore at a time must say the same n.</b> Whoever says another one while somebody holds a permit or waits
 * for one gets a {@link PermitsDifferException} with both numbers, at once, and nothing is changed. When nobody uses it, whoever
 * comes first says how many there are; so n is changed by letting it run empty.
 *
 * <p>Errors: {@link LockNotObtainedException} when the time is up or the session ends; else those of {@link BalsaException}.
 * Cancelling a future of an {@code ...Async} call, or its completion by anybody else ({@code orTimeout}), withdraws the request.
 * At a failover requests keep their places and permits their holders.
 *
 * <p>Immutable and safe for use by any thread; a permit can be given back by another thread than the one that acquired it.
 */
public final class DistributedSemaphore {
  private final LockCalls calls;
  private final String name;
  private final int permits;

  /**
   * For the SDK itself: use {@code BalsaClient.semaphore(name, permits)}.
   *
   * @throws IllegalArgumentException
   *           fewer than one permit
   */
  public DistributedSemaphore(LockCalls calls, String name, int permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("a semaphore has at least one permit: " + permits);
    }
    this.calls = calls;
    this.name = name;
    this.permits = permits;
  }

  /** Its name, and that of the lock below it. */
  public String name() {
    return name;
  }

  /** How many there are. */
  public int permits() {
    return permits;
  }

  /** Waits for a permit as long as it takes, or until the session ends. */
  public LockGrant acquire() {
    return lock().acquire();
  }

  /** As {@link #acquire()}, without waiting. */
  public CompletableFuture<LockGrant> acquireAsync() {
    return lock().acquireAsync();
  }

  /**
   * Waits for a permit.
   *
   * @param wait
   *          how long it may stand in the queue, to the millisecond; zero: not at all. While the cluster cannot be reached this
   *          call goes on for the time of a call at least.
   * @throws LockNotObtainedException
   *           when the time was up; the request has left the queue
   */
  public LockGrant acquire(Duration wait) {
    return lock().acquire(wait);
  }

  /** As {@link #acquire(Duration)}, without waiting. */
  public CompletableFuture<LockGrant> acquireAsync(Duration wait) {
    return lock().acquireAsync(wait);
  }

  /** A permit if one is free now and nobody waits for it; empty: none is. */
  public Optional<LockGrant> tryAcquire() {
    return lock().tryAcquire();
  }

  /** As {@link #tryAcquire()}, without waiting. */
  public CompletableFuture<Optional<LockGrant>> tryAcquireAsync() {
    return lock().tryAcquireAsync();
  }

  /** K5: an owner for each acquisition, else the second one of an object would be a re-entry and take no permit. */
  private DistributedLock lock() {
    return DistributedLock.of(calls, name).shared(permits);
  }

  @Override
  public String toString() {
    return "semaphore " + name + " of " + permits;
  }
}
