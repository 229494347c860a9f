package io.balsa.client.lock;

import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockListRequest;
import io.balsa.proto.v1.LockListResponse;
import io.balsa.client.session.LockListener;
import io.balsa.client.session.LockRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What carries the calls of locks. Not API: implemented by the SDK. Safe for use by any thread. */
public interface LockCalls {
  /**
   * Asks for a lock.
   *
   * @param wait
   *          as long as that; null: without bound
   * @param begun
   *          told the request on the client's thread, before its listener hears anything
   */
  void acquire(LockAcquireRequest wanted, Optional<Duration> wait, LockListener listener, Consumer<LockRequest> begun);

  /** On the client's thread, soon. */
  void run(Runnable action);

  /** On the executor of callbacks. */
  void callback(Runnable action);

  /** Whether this request is held at this moment. */
  boolean isHeld(LockRequest request);

  /** A future that ends like this one, or with a deadline when the time of a call has passed first. */
  CompletableFuture<Void> within(CompletableFuture<Void> release);

  /** The lock; empty: nobody holds it or waits. */
  CompletableFuture<Optional<LockInfo>> describe(String name);

  /** A page of locks. */
  CompletableFuture<LockListResponse> list(LockListRequest request);

  /** Waits for a future of this object and throws what it ended with. */
  <T> T await(CompletableFuture<T> future, boolean mutation);
}
