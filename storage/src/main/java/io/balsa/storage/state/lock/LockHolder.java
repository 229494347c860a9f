package io.balsa.storage.state.lock;

import java.util.TreeMap;

/**
 * An owner that holds a lock: the set of its granted requests (K3). It holds in the stronger of their modes: whoever releases
 * the EXCLUSIVE ones and keeps a SHARED one goes on sharing, under the same token.
 */
final class LockHolder {
  final LockOwner owner;
  final long token;
  private final TreeMap<Long, LockRequest> requests = new TreeMap<>();
  private int exclusive;

  LockHolder(LockOwner owner, long token) {
    this.owner = owner;
    this.token = token;
  }

  boolean isExclusive() {
    return exclusive > 0;
  }

  boolean isEmpty() {
    return requests.isEmpty();
  }

  /** Whether a request of this owner in that mode is a re-entry (K5); if not, it is an upgrade. */
  boolean reenters(boolean shared) {
    return shared || isExclusive();
  }

  void add(LockRequest request) {
    requests.put(request.order, request);
    exclusive += request.shared ? 0 : 1;
  }

  void remove(LockRequest request) {
    requests.remove(request.order);
    exclusive -= request.shared ? 0 : 1;
  }

  @Override
  public String toString() {
    return token + ": " + requests.values();
  }
}
