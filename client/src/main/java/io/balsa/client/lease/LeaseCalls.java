package io.balsa.client.lease;

import io.balsa.client.session.LeaseHandle;
import io.balsa.client.session.LeaseListener;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What carries the calls of leases. Not API: implemented by the SDK. Safe for use by any thread. */
public interface LeaseCalls {
  /** Asks for a lease; {@code begun} is told the handle on the client's thread, before the listener hears anything. */
  void grant(long ttlMillis, boolean background, LeaseListener listener, Consumer<LeaseHandle> begun);

  /** Keeps a lease alive that exists; told as {@link #grant}. */
  void attach(long id, boolean background, LeaseListener listener, Consumer<LeaseHandle> begun);

  /** Renews it now. */
  CompletableFuture<Void> renew(LeaseHandle lease);

  /** Stops renewing it. */
  void drop(LeaseHandle lease);

  /** Whether it lives at this moment. */
  boolean isAlive(LeaseHandle lease);

  /** Ends it; the number of keys that went. */
  CompletableFuture<Long> revoke(long id);

  /** A page of its keys, if they are asked for. */
  CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request);

  /** A page of leases. */
  CompletableFuture<LeaseListResponse> list(LeaseListRequest request);

  /** On the executor of callbacks. */
  void callback(Runnable action);

  /** Waits for a future of this object and throws what it ended with. */
  <T> T await(CompletableFuture<T> future, boolean mutation);

  /** The same with another time for each call. */
  LeaseCalls withTimeout(Duration timeout);
}
