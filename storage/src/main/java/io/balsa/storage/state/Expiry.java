package io.balsa.storage.state;

import io.balsa.storage.kv.StoreException;

/** What a CLOCK entry ends: nothing else ever does because time has passed (T4). */
final class Expiry {
  private Expiry() {
  }

  /**
   * Leases by (deadline, id), one at least, then as many as keep the keys and lock requests that end with them within the bound;
   * a lease is never split. Then, within what is left of the bound, lock requests whose wait has run out: after the leases,
   * so that no wait outlives its session, and before any grant, so that nobody is granted a lock too late for it (K5).
   */
  static void expireDue(ApplyBatch batch) throws StoreException {
    int ended = 0;
    for (int expired = 0; expired < Limits.CLOCK_LEASES_MAX; expired++) {
      Lease lease = batch.leases().first();
      if (lease == null || lease.deadlineNanos > batch.clusterTimeNanos()) {
        break;
      }
      int ends = lease.keyCount + batch.locks().requestsOf(lease.id);
      if (expired > 0 && ended + ends > Limits.CLOCK_KEYS_MAX) {
        break;
      }
      ended += ends;
      batch.end(lease);
    }
    batch.locks().runOut(batch.clusterTimeNanos(), Math.max(0, Limits.CLOCK_KEYS_MAX - ended));
  }
}
