package io.balsa.client.lease;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.LeaseHandle;
import io.balsa.client.session.LeaseListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lease that this client keeps alive: the keys put with {@code PutOption.lease(lease)} exist as long as it does. Renewals go
 * on through reconnects and leader changes, and never stop in silence: when the lease ends without its owner's doing, or can no
 * longer be vouched for (no renewal was answered for its TTL, less a margin), {@link #onLost} is told and {@link #isAlive()} is
 * false for ever. A lease granted to this client and lost is then revoked, so its keys go. A TTL shorter than a failover does
 * not outlive one.
 *
 * <p>Blocking methods throw {@link BalsaException}; their {@code ...Async} twins end with the same. Safe for use by any thread.
 */
public final class Lease implements AutoCloseable {
  private final LeaseCalls calls;
  private final LeaseHandle handle;
  private final boolean owned;
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private @Nullable String lostReason;

  private Lease(LeaseCalls calls, LeaseHandle handle, boolean owned) {
    this.calls = calls;
    this.handle = handle;
    this.owned = owned;
  }

  /** The lease's id. */
  public long id() {
    return handle.id();
  }

  /** How long it lives after a renewal, as the cluster granted it. */
  public Duration ttl() {
    return Duration.ofMillis(handle.ttlMillis());
  }

  /** Whether it lives at this moment, as far as answered renewals vouch for it. Waits for nothing. Once false, false for ever. */
  public boolean isAlive() {
    return calls.isAlive(handle);
  }

  /** Renews it now, and waits for the answer. */
  public void keepAlive() {
    calls.await(keepAliveAsync(), true);
  }

  /** As {@link #keepAlive()}, without waiting. */
  public CompletableFuture<Void> keepAliveAsync() {
    return calls.renew(handle);
  }

  /**
   * Is told once, with the reason, when the lease is lost, at once if it is lost already; never after {@link #revoke()} or {@link
   * #close()}. On the client's thread, or on its executor for callbacks.
   */
  public void onLost(Consumer<String> listener) {
    String reason;
    synchronized (listeners) {
      reason = lostReason;
      if (reason == null) {
        listeners.add(listener);
      }
    }
    if (reason != null) {
      String told = reason;
      calls.callback(() -> listener.accept(told));
    }
  }

  /** As {@link #onLost(Consumer)}, without the reason. */
  public void onLost(Runnable listener) {
    onLost(reason -> listener.run());
  }

  private void lost(String reason) {
    List<Consumer<String>> told;
    synchronized (listeners) {
      lostReason = reason;
      told = List.copyOf(listeners);
      listeners.clear();
    }
    told.forEach(listener -> calls.callback(() -> listener.accept(reason)));
  }

  /**
   * Ends it now; its keys go in the same step.
   *
   * @return how many
   */
  public long revoke() {
    return calls.await(revokeAsync(), true);
  }

  /** As {@link #revoke()}, without waiting. */
  public CompletableFuture<Long> revokeAsync() {
    handle.giveUp();
    calls.drop(handle);
    return calls.revoke(handle.id());
  }

  /** Stops renewing it without ending it: it lives on for its TTL, or as long as somebody else renews it. */
  public void detach() {
    handle.giveUp();
    calls.drop(handle);
  }

  /**
   * Of a lease granted to this client: revokes it, without waiting for the answer; if that does not reach the cluster, the
   * lease ends with its TTL. Of one attached: stops renewing it. Never throws because of the cluster.
   */
  @Override
  public void close() {
    boolean lived = calls.isAlive(handle);
    handle.giveUp();
    calls.drop(handle);
    if (owned && lived) {
      var unused = calls.revoke(handle.id());
    }
  }

  @Override
  public String toString() {
    return "lease " + id() + (isAlive() ? "" : ", not alive");
  }

  /** The answer to a Grant or an attach, on its way. */
  static final class Pending implements LeaseListener {
    private final LeaseCalls calls;
    private final boolean owned;
    final CompletableFuture<Lease> future = new CompletableFuture<>();
    private @Nullable LeaseHandle handle;
    private @Nullable Lease lease;

    Pending(LeaseCalls calls, boolean owned) {
      this.calls = calls;
      this.owned = owned;
    }

    void begun(LeaseHandle theHandle) {
      handle = theHandle;
    }

    @Override
    public void alive() {
      LeaseHandle known = handle;
      if (known == null) {
        throw new IllegalStateException("alive before it was asked for");
      }
      Lease granted = new Lease(calls, known, owned);
      lease = granted;
      calls.callback(() -> {
        if (!future.complete(granted)) {
          granted.close(); // nobody waits for it any more
        }
      });
    }

    @Override
    public void notGranted(BalsaException error) {
      calls.callback(() -> future.completeExceptionally(error));
    }

    @Override
    public void lost(String reason) {
      Lease known = lease;
      if (known != null) {
        known.lost(reason);
      }
    }
  }
}
