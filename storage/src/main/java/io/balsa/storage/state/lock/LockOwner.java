package io.balsa.storage.state.lock;

import java.util.Comparator;

/**
 * Who holds a lock (K3): an owner id within its session. Without an owner id each request is an owner of its own, so that nobody
 * re-enters by leaving it out.
 *
 * @param sequence of the request that has no owner id; else 0
 */
record LockOwner(long session, String id, long sequence) implements Comparable<LockOwner> {
  private static final Comparator<LockOwner> ORDER = Comparator.comparingLong(LockOwner::session)
      .thenComparing(LockOwner::id).thenComparingLong(LockOwner::sequence);

  static LockOwner of(LockRequest request) {
    return of(request.session, request.owner, request.sequence);
  }

  static LockOwner of(long session, String id, long sequence) {
    return new LockOwner(session, id, id.isEmpty() ? sequence : 0);
  }

  @Override
  public int compareTo(LockOwner other) {
    return ORDER.compare(this, other);
  }
}
