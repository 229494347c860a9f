package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.lock.LockGrant;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A barrier that one program holds and many wait at. It is lifted by the release of what {@link #hold()} returned, or by the end of
 * its holder's session, that is, by the holder's death at the latest a TTL later; all who wait then pass, in one step. A barrier
 * that nobody holds stops nobody.
 *
 * <p>Below it is a lock: held exclusively by who holds the barrier, and shared for a moment by each who passes. So who comes to
 * wait after somebody else has asked to {@code hold} a barrier that is held waits for that one, too; and a new {@code hold} is
 * granted when all who were waiting before it have passed. One who stands still while passing keeps it for its session's TTL.
 *
 * <p><b>A holder that stood still</b> does not know that its barrier was lifted: {@code onLost} tells it when it runs again, and only
 * what it writes with the token of its grant is refused by then.
 *
 * <p>Errors: {@link LockNotObtainedException} when the session ends meanwhile ({@code LOCK_REQUEST_ENDED}: wait again), or when the
 * cluster is out of reach for the time of the wait; else those of {@link BalsaException}. Cancelling a future of an {@code
 * ...Async} call, or its completion by anybody else ({@code orTimeout}), withdraws the request. At a failover all keep their places.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class DistributedBarrier {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final LockCalls calls;
  private final String name;

  /** For the SDK itself: use {@code BalsaClient.barrier(name)}. */
  public DistributedBarrier(LockCalls calls, String name) {
    this.calls = calls;
    this.name = name;
  }

  /** Its name, and that of the lock below it. */
  public String name() {
    return name;
  }

  /**
   * Holds the barrier; while another one holds it, waits for that as long as it takes, or until the session ends. There is no
   * re-entry.
   *
   * @return what lifts it: {@code release()} or {@code close()}
   */
  public LockGrant hold() {
    return lock().acquire();
  }

  /** As {@link #hold()}, without waiting. */
  public CompletableFuture<LockGrant> holdAsync() {
    return lock().acquireAsync();
  }

  /**
   * As {@link #hold()}, with a bound.
   *
   * @param wait
   *          how long to wait for another holder, to the millisecond; zero: not at all
   * @throws LockNotObtainedException
   *           when the time was up
   */
  public LockGrant hold(Duration wait) {
    return lock().acquire(wait);
  }

  /** As {@link #hold(Duration)}, without waiting. */
  public CompletableFuture<LockGrant> holdAsync(Duration wait) {
    return lock().acquireAsync(wait);
  }

  /** Waits until nobody holds the barrier, as long as it takes, or until the session ends. */
  public void await() {
    calls.await(awaitAsync(), true);
  }

  /**
   * Waits until nobody holds the barrier.
   *
   * @param most
   *          how long, to the millisecond; zero: only looks. While the cluster cannot be reached this call goes on for the time of
   *          a call at least.
   * @return whether it was lifted; false: the time was up, and the place in the queue is given up
   */
  public boolean await(Duration most) {
    return calls.await(awaitAsync(most), true);
  }

  /** As {@link #await(Duration)}, without waiting. */
  public CompletableFuture<Boolean> awaitAsync(Duration most) {
    return pass(lock().shared().acquireAsync(most), most);
  }

  /** As {@link #await()}, without waiting; true when it was lifted. */
  public CompletableFuture<Boolean> awaitAsync() {
    return pass(lock().shared().acquireAsync(), FOR_EVER);
  }

  private CompletableFuture<Boolean> pass(CompletableFuture<LockGrant> asked, Duration most) {
    long begin = System.nanoTime();
    CompletableFuture<Boolean> passed = new CompletableFuture<>();
    var unused = asked.whenComplete((grant, error) -> {
      if (error == null) {
        grant.close();
        passed.complete(true);
      } else if (!isTimeUp(Chained.cause(error))) {
        passed.completeExceptionally(Chained.cause(error));
      } else if (isEarly(Duration.ofNanos(System.nanoTime() - begin), most)) {
        passed.completeExceptionally(Errors.lockRequestEnded("the wait for the barrier " + name
            + " ended before its time, with its session; wait again", false));
      } else {
        passed.complete(false);
      }
    });
    return Chained.givesUp(passed, asked);
  }

  /** Where the cluster did not answer nobody knows whether the barrier is held: that is an error. */
  private static boolean isTimeUp(Throwable error) {
    return error instanceof LockNotObtainedException notObtained && !notObtained.mayHaveBeenApplied()
        && notObtained.reason().equals(Errors.LOCK_NOT_OBTAINED);
  }

  /** The cluster's clock does not run ahead of this one by 1 %, so it was something else that ended the wait. */
  private static boolean isEarly(Duration waited, Duration most) {
    return waited.compareTo(most.minusMillis(1).dividedBy(100).multipliedBy(98)) < 0;
  }

  /** An owner for each use: one who holds the barrier must not pass it as a re-entry. */
  private DistributedLock lock() {
    return DistributedLock.of(calls, name);
  }

  @Override
  public String toString() {
    return "barrier " + name;
  }
}
