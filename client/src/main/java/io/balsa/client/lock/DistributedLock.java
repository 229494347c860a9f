package io.balsa.client.lock;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.error.PermitsDifferException;
import io.balsa.client.session.LockListener;
import io.balsa.client.session.LockRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the cluster, known by its name. Requests are granted in the order in which the cluster has applied them, shared and
 * exclusive ones alike; a waiter is told when its turn comes. A lock hangs on the client's session: when that ends, everything
 * granted or asked for in it ends.
 *
 * <p><b>Re-entry.</b> Whoever holds a lock is granted it again at once, with the same token, in the same mode or shared under
 * exclusive; it is free when every grant is released. "Whoever" is this object: two objects of the same name exclude each
 * other, also in one client, unless both were given the same owner by {@link #ownedBy}. Exclusive while held shared is refused
 * ({@code LOCK_UPGRADE}): two who did that would wait for each other for ever.
 *
 * <p>Errors: {@link LockNotObtainedException} when the time is up or the session ends; else those of {@link BalsaException}.
 * Cancelling a future of an {@code ...Async} call, or its completion by anybody else ({@code orTimeout}), withdraws the request.
 * At a failover requests keep their places; waits run on the cluster's clock, which stands still until the new leader is ready.
 *
 * <p>Immutable and safe for use by any thread; a grant can be released by another thread than the one that acquired it.
 */
public final class DistributedLock {
  /** Nobody waits longer: such a wait has no bound. */
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final LockCalls calls;
  private final String name;
  private final String owner;
  private final LockMode mode;
  private final int permits;

  private DistributedLock(LockCalls calls, String name, String owner, LockMode mode, int permits) {
    this.calls = calls;
    this.name = name;
    this.owner = owner;
    this.mode = mode;
    this.permits = permits;
  }

  /** For the SDK itself: use {@code BalsaClient.lock(name)}. */
  public static DistributedLock of(LockCalls calls, String name) {
    // K3: a fresh owner for each object.
    return new DistributedLock(calls, name, UUID.randomUUID().toString(), LockMode.EXCLUSIVE, 0);
  }

  /** The lock's name. */
  public String name() {
    return name;
  }

  /** Who holds it when this object acquires it, besides the session. */
  public String owner() {
    return owner;
  }

  /** The same lock for the same owner, to be held by any number of owners at a time. */
  public DistributedLock shared() {
    return new DistributedLock(calls, name, owner, LockMode.SHARED, 0);
  }

  /**
   * The same lock for the same owner, to be held by at most so many owners at a time. All who use the lock at a time must say
   * the same number ({@link PermitsDifferException}).
   */
  public DistributedLock shared(int owners) {
    if (owners < 1) {
      throw new IllegalArgumentException("at least one owner can hold a lock: " + owners);
    }
    return new DistributedLock(calls, name, owner, LockMode.SHARED, owners);
  }

  /** The same lock for a named owner: objects of the same owner, in one client, re-enter each other's grants. */
  public DistributedLock ownedBy(String theOwner) {
    if (theOwner.isEmpty()) {
      throw new IllegalArgumentException("an owner has a name");
    }
    return new DistributedLock(calls, name, theOwner, mode, permits);
  }

  /** Waits for the lock as long as it takes, or until the session ends. */
  public LockGrant acquire() {
    return calls.await(acquireAsync(), true);
  }

  /** As {@link #acquire()}, without waiting. */
  public CompletableFuture<LockGrant> acquireAsync() {
    return request(Optional.empty());
  }

  /**
   * Waits for the lock.
   *
   * @param wait
   *          how long it may stand in the queue, to the millisecond. While the cluster cannot be reached this call goes on for
   *          the time of a call at least.
   * @throws LockNotObtainedException
   *           when the time was up
   */
  public LockGrant acquire(Duration wait) {
    return calls.await(acquireAsync(wait), true);
  }

  /** As {@link #acquire(Duration)}, without waiting. */
  public CompletableFuture<LockGrant> acquireAsync(Duration wait) {
    if (wait.isNegative()) {
      throw new IllegalArgumentException("wait is not to be negative: " + wait);
    }
    return request(Optional.of(wait).filter(bound -> bound.compareTo(FOR_EVER) < 0));
  }

  /** The lock if it is free now; empty: others hold it. */
  public Optional<LockGrant> tryAcquire() {
    return calls.await(tryAcquireAsync(), true);
  }

  /** As {@link #tryAcquire()}, without waiting. */
  public CompletableFuture<Optional<LockGrant>> tryAcquireAsync() {
    Attempt attempt = new Attempt();
    CompletableFuture<Optional<LockGrant>> tried = attempt.thenApply(Optional::of);
    CompletableFuture<Optional<LockGrant>> answered = tried.exceptionally(DistributedLock::emptyIfRefused);
    // A cancelled future does not cancel what it hangs on.
    var unused = answered.whenComplete((grant, error) -> {
      if (error != null && !attempt.completeExceptionally(error) && !attempt.isCompletedExceptionally()) {
        attempt.join().close(); // granted in the same moment
      }
    });
    attempt.ask(Optional.of(Duration.ZERO));
    return answered;
  }

  private static Optional<LockGrant> emptyIfRefused(Throwable error) {
    Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof LockNotObtainedException notObtained && !notObtained.mayHaveBeenApplied()
        && notObtained.reason().equals(Errors.LOCK_NOT_OBTAINED)) {
      return Optional.empty();
    }
    throw cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
  }

  private CompletableFuture<LockGrant> request(Optional<Duration> wait) {
    Attempt attempt = new Attempt();
    attempt.ask(wait);
    return attempt;
  }

  private LockAcquireRequest wanted(Optional<Duration> wait) {
    LockNames.check(name, owner);
    LockAcquireRequest.Builder wanted = LockAcquireRequest.newBuilder().setName(name).setOwner(owner)
        .setMode(mode == LockMode.SHARED ? io.balsa.proto.v1.LockMode.SHARED : io.balsa.proto.v1.LockMode.EXCLUSIVE)
        .setPermits(permits);
    wait.ifPresent(bound -> wanted.setWaitMillis(bound.toMillis()));
    return wanted.build();
  }

  /** One request and the future that its caller has; whoever completes that before the cluster does withdraws the request. */
  private final class Attempt extends CompletableFuture<LockGrant> implements LockListener {
    private volatile @Nullable LockRequest request;
    private volatile @Nullable LockGrant grant;

    void ask(Optional<Duration> wait) {
      try {
        calls.acquire(wanted(wait), wait, this, begun -> {
          request = begun;
          var unused = whenComplete((granted, error) -> {
            if (error != null) {
              calls.run(begun::release); // of one that is over: nothing
            }
          });
        });
      } catch (BalsaException e) {
        completeExceptionally(e);
      }
    }

    @Override
    public void granted(long token) {
      LockRequest held = request;
      if (held == null) {
        throw new IllegalStateException("granted before it was asked for");
      }
      LockGrant told = new LockGrant(calls, held, mode);
      grant = told;
      calls.callback(() -> {
        if (!complete(told)) {
          told.close(); // nobody waits for it any more
        }
      });
    }

    @Override
    public void notObtained(BalsaException error) {
      calls.callback(() -> completeExceptionally(error));
    }

    @Override
    public void lost(String reason) {
      LockGrant told = grant;
      if (told != null) {
        told.lost(reason);
      }
    }

    @Override
    public void released(@Nullable BalsaException unknown) {
      LockGrant told = grant;
      if (told != null) {
        told.released(unknown);
      }
    }

    /** What hangs on it is no request for a lock. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new CompletableFuture<>();
    }
  }

  @Override
  public String toString() {
    return "lock " + name;
  }
}
