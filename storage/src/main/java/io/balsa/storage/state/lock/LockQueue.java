package io.balsa.storage.state.lock;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One lock in use: who holds it, and who waits for it in which order (K5). */
final class LockQueue {
  private final TreeMap<LockOwner, LockHolder> holders = new TreeMap<>();
  private final TreeMap<Long, LockHolder> byToken = new TreeMap<>();
  private final TreeMap<Long, LockRequest> waiting = new TreeMap<>();
  /** Those of {@link #waiting} that have an owner id, so that a grant finds what re-enters without a walk of the queue. */
  private final TreeMap<LockOwner, TreeMap<Long, LockRequest>> waitingByOwner = new TreeMap<>();
  private int requests;
  private int sharedRequests;
  private long permits;
  private boolean exclusive;

  int requests() {
    return requests;
  }

  int waiting() {
    return waiting.size();
  }

  /** What all who share it now, or wait to, have said; empty if nobody does. */
  OptionalLong permits() {
    return sharedRequests == 0 ? OptionalLong.empty() : OptionalLong.of(permits);
  }

  @Nullable
  LockHolder holder(LockOwner owner) {
    return holders.get(owner);
  }

  boolean isHeldWith(long token) {
    return byToken.containsKey(token);
  }

  /** Whether an owner that does not hold it may hold it beside those who do. */
  boolean admits(boolean shared, long ofPermits) {
    return shared ? !exclusive && (ofPermits == 0 || holders.size() < ofPermits) : holders.isEmpty();
  }

  /** Whether the request at the head of the queue can be granted now. */
  boolean canGrant() {
    return !waiting.isEmpty() && admits(waiting.firstEntry().getValue());
  }

  private boolean admits(LockRequest request) {
    return admits(request.shared, request.permits);
  }

  void add(LockRequest request) {
    requests++;
    if (request.shared) {
      sharedRequests++;
      permits = request.permits;
    }
    if (request.isHeld()) {
      hold(request);
    } else {
      wait(request);
    }
  }

  void remove(LockRequest request) {
    requests--;
    sharedRequests -= request.shared ? 1 : 0;
    if (request.isHeld()) {
      letGo(request);
    } else {
      leaveQueue(request);
    }
  }

  /**
   * The request at the head of the queue, and those behind it that are re-entries once it is granted (K5): all of them are to be
   * granted, in this order, with one token.
   */
  List<LockRequest> takeNext() {
    LockRequest head = waiting.firstEntry().getValue();
    List<LockRequest> taken = new ArrayList<>();
    taken.add(head);
    TreeMap<Long, LockRequest> ofOwner = waitingByOwner.get(LockOwner.of(head));
    if (ofOwner != null) {
      for (LockRequest other : ofOwner.values()) {
        if (other != head && (other.shared || !head.shared)) {
          taken.add(other);
        }
      }
    }
    taken.forEach(this::leaveQueue);
    return taken;
  }

  /** A request that has its token now. */
  void hold(LockRequest request) {
    LockOwner owner = LockOwner.of(request);
    LockHolder holder = holders.get(owner);
    if (holder == null) {
      holder = new LockHolder(owner, request.token);
      holders.put(owner, holder);
      byToken.put(request.token, holder);
    }
    holder.add(request);
    exclusive |= holder.isExclusive();
  }

  private void letGo(LockRequest request) {
    LockHolder holder = holders.get(LockOwner.of(request));
    if (holder == null) {
      throw new IllegalStateException("held by nobody: " + request);
    }
    boolean wasExclusive = holder.isExclusive();
    holder.remove(request);
    if (wasExclusive) {
      // Nobody else held it.
      exclusive = holder.isExclusive();
    }
    if (holder.isEmpty()) {
      holders.remove(holder.owner);
      byToken.remove(holder.token);
    }
  }

  private void wait(LockRequest request) {
    waiting.put(request.order, request);
    if (!request.owner.isEmpty()) {
      waitingByOwner.computeIfAbsent(LockOwner.of(request), owner -> new TreeMap<>()).put(request.order, request);
    }
  }

  private void leaveQueue(LockRequest request) {
    waiting.remove(request.order);
    LockOwner owner = LockOwner.of(request);
    TreeMap<Long, LockRequest> ofOwner = waitingByOwner.get(owner);
    if (ofOwner != null && ofOwner.remove(request.order) != null && ofOwner.isEmpty()) {
      waitingByOwner.remove(owner);
    }
  }

  @Override
  public String toString() {
    return "held " + byToken.values() + (exclusive ? " exclusively" : "") + " waiting " + waiting.values()
        + " by owner "
        + waitingByOwner.keySet() + " permits " + permits();
  }
}
