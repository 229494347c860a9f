package io.balsa.client.lease;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Leases: keys hung on one go, all at one revision, when nobody has renewed it for its TTL on the cluster's clock. Blocking
 * methods throw {@link BalsaException}; their {@code ...Async} twins end with the same. Unknown and expired leases are {@code
 * LEASE_NOT_FOUND}. Immutable and safe for use by any thread.
 */
public final class Leases {
  private final LeaseCalls calls;

  /** For the SDK itself: use {@code BalsaClient.leases()}. */
  public Leases(LeaseCalls calls) {
    this.calls = calls;
  }

  /** The same with another time for each call. */
  public Leases withTimeout(Duration timeout) {
    return new Leases(calls.withTimeout(timeout));
  }

  /**
   * A new lease, kept alive in the background until it is closed, revoked or lost, unless an option says otherwise.
   *
   * @param ttl
   *          to the millisecond; the cluster refuses one below its minimum
   */
  public Lease grant(Duration ttl, LeaseOption... options) {
    return calls.await(grantAsync(ttl, options), true);
  }

  /** As {@link #grant}, without waiting. */
  public CompletableFuture<Lease> grantAsync(Duration ttl, LeaseOption... options) {
    if (ttl.toMillis() <= 0) {
      throw new IllegalArgumentException("a TTL is at least a millisecond: " + ttl);
    }
    Lease.Pending pending = new Lease.Pending(calls, true);
    calls.grant(ttl.toMillis(), background(options), pending, pending::begun);
    return pending.future;
  }

  /** Keeps a lease alive that exists, from the first renewal that is answered; this client will not revoke it by itself. */
  public Lease attach(long id, LeaseOption... options) {
    return calls.await(attachAsync(id, options), true);
  }

  /** As {@link #attach}, without waiting. */
  public CompletableFuture<Lease> attachAsync(long id, LeaseOption... options) {
    Lease.Pending pending = new Lease.Pending(calls, false);
    calls.attach(id, background(options), pending, pending::begun);
    return pending.future;
  }

  private static boolean background(LeaseOption[] options) {
    return !List.of(options).contains(LeaseOption.MANUAL);
  }

  /** Ends a lease now; its keys go in the same step. Of a session: closes it. Returns how many keys went. */
  public long revoke(long id) {
    return calls.await(revokeAsync(id), true);
  }

  /** As {@link #revoke(long)}, without waiting. */
  public CompletableFuture<Long> revokeAsync(long id) {
    return calls.revoke(id);
  }

  /** What the cluster knows of a lease; linearizable. */
  public LeaseInfo timeToLive(long id) {
    return calls.await(timeToLiveAsync(id), false);
  }

  /** As {@link #timeToLive(long)}, without waiting. */
  public CompletableFuture<LeaseInfo> timeToLiveAsync(long id) {
    return calls.timeToLive(LeaseTimeToLiveRequest.newBuilder().setLeaseId(id).build())
        .thenApply(response -> info(response.getLease()));
  }

  /** The keys that hang on a lease, page by page: one may come or go between two pages. */
  public List<byte[]> keys(long id) {
    return calls.await(keysAsync(id), false);
  }

  /** As {@link #keys(long)}, without waiting. */
  public CompletableFuture<List<byte[]>> keysAsync(long id) {
    return moreKeys(LeaseTimeToLiveRequest.newBuilder().setLeaseId(id).setKeys(true).build(), new ArrayList<>());
  }

  private CompletableFuture<List<byte[]>> moreKeys(LeaseTimeToLiveRequest request, List<byte[]> keys) {
    return calls.timeToLive(request).thenCompose((LeaseTimeToLiveResponse page) -> {
      page.getKeysList().forEach(key -> keys.add(key.toByteArray()));
      return page.getMore() && page.getKeysCount() > 0
          ? moreKeys(request.toBuilder().setAfterKey(page.getKeys(page.getKeysCount() - 1)).build(), keys)
          : CompletableFuture.completedFuture(List.copyOf(keys));
    });
  }

  /** Every lease, sessions included, by id, page by page: one may come or go between two pages. */
  public List<LeaseInfo> list() {
    return calls.await(listAsync(), false);
  }

  /** As {@link #list()}, without waiting. */
  public CompletableFuture<List<LeaseInfo>> listAsync() {
    return more(LeaseListRequest.getDefaultInstance(), new ArrayList<>());
  }

  private CompletableFuture<List<LeaseInfo>> more(LeaseListRequest request, List<LeaseInfo> listed) {
    return calls.list(request).thenCompose(page -> {
      page.getLeasesList().forEach(lease -> listed.add(info(lease)));
      return page.getMore() && page.getLeasesCount() > 0
          ? more(request.toBuilder().setAfterId(page.getLeases(page.getLeasesCount() - 1).getLeaseId()).build(), listed)
          : CompletableFuture.completedFuture(List.copyOf(listed));
    });
  }

  private static LeaseInfo info(io.balsa.proto.v1.LeaseInfo lease) {
    return new LeaseInfo(lease.getLeaseId(), Duration.ofMillis(lease.getTtlMillis()),
        Duration.ofMillis(lease.getRemainingMillis()), lease.getKeyCount(), lease.getSession(), lease.getLockCount());
  }
}
