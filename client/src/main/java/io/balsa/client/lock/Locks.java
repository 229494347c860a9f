package io.balsa.client.lock;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.LockListRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is locked, and by whom: linearizable, for people and for tools. Needs no session. Blocking methods throw {@link
 * BalsaException}; their {@code ...Async} twins end with the same. Immutable and safe for use by any thread.
 */
public final class Locks {
  private final LockCalls calls;

  /** For the SDK itself: use {@code BalsaClient.locks()}. */
  public Locks(LockCalls calls) {
    this.calls = calls;
  }

  /** Holders and queue of a lock; empty: nobody holds it or waits for it. */
  public Optional<LockInfo> describe(String name) {
    return calls.await(describeAsync(name), false);
  }

  /** As {@link #describe(String)}, without waiting. */
  public CompletableFuture<Optional<LockInfo>> describeAsync(String name) {
    return calls.describe(name).thenApply(lock -> lock.map(Locks::info));
  }

  /** Every lock in use whose name begins with this text, by name, page by page: a lock may change between two pages. */
  public List<LockInfo> list(String prefix) {
    return calls.await(listAsync(prefix), false);
  }

  /** As {@link #list(String)}, without waiting. */
  public CompletableFuture<List<LockInfo>> listAsync(String prefix) {
    return more(LockListRequest.newBuilder().setPrefix(prefix).build(), new ArrayList<>());
  }

  private CompletableFuture<List<LockInfo>> more(LockListRequest request, List<LockInfo> listed) {
    return calls.list(request).thenCompose(page -> {
      page.getLocksList().forEach(lock -> listed.add(info(lock)));
      if (!page.getMore() || page.getLocksCount() == 0) {
        return CompletableFuture.completedFuture(List.copyOf(listed));
      }
      String last = page.getLocks(page.getLocksCount() - 1).getName();
      return more(request.toBuilder().setAfterName(last).build(), listed);
    });
  }

  private static LockInfo info(io.balsa.proto.v1.LockInfo lock) {
    return new LockInfo(lock.getName(), mode(lock.getMode()), lock.getPermits(),
        lock.getHoldersList().stream().map(Locks::info).toList(),
        lock.getQueueList().stream().map(Locks::info).toList());
  }

  private static LockRequestInfo info(io.balsa.proto.v1.LockRequestInfo request) {
    Optional<Duration> wait = request.hasWaitMillis()
        ? Optional.of(Duration.ofMillis(request.getWaitMillis()))
        : Optional.empty();
    return new LockRequestInfo(request.getRequest().getSessionId(), request.getRequest().getSequence(),
        request.getOwner(), mode(request.getMode()), request.getToken(), Duration.ofMillis(request.getSinceMillis()),
        wait);
  }

  private static LockMode mode(io.balsa.proto.v1.LockMode mode) {
    return mode == io.balsa.proto.v1.LockMode.SHARED ? LockMode.SHARED : LockMode.EXCLUSIVE;
  }
}
