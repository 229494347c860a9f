package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Put: the value and the lease of a key are replaced; lease 0 detaches. */
final class Puts {
  private Puts() {
  }

  static Outcome evaluate(PutRequest put, KeyView view) throws StoreException {
    Outcome refusal = refusal(put, view);
    if (refusal != null) {
      return refusal;
    }
    byte[] key = put.getKey().toByteArray();
    KeyState old = view.current(key);
    refusal = leaseRefusal(put.getLease(), old, view);
    if (refusal != null) {
      return refusal;
    }
    PutResponse.Builder response = PutResponse.newBuilder();
    if (put.getPrevKv() && old.exists()) {
      response.setPrevKv(old.toKeyValue(key, view.value(key, old)));
    }
    return new Outcome(Result.newBuilder().setPut(response),
        List.of(Outcome.KeyChange.put(key, old, put.getValue(), put.getLease())));
  }

  private static @Nullable Outcome refusal(PutRequest put, KeyView view) {
    Outcome refusal = check(put);
    return refusal == null && put.hasFence() ? Arguments.checkFence(put.getFence(), view) : refusal;
  }

  /** What can be said without looking at any state. */
  static @Nullable Outcome check(PutRequest put) {
    Outcome refusal = Arguments.checkKey(put.getKey());
    return refusal == null ? Arguments.checkValue(put.getValue()) : refusal;
  }

  private static @Nullable Outcome leaseRefusal(long leaseId, KeyState old, KeyView view) {
    if (leaseId == 0) {
      return null;
    }
    Lease lease = view.lease(leaseId);
    if (lease == null) {
      return UserLeases.notFound(leaseId);
    }
    int keys = view.keysOf(lease);
    if (old.lease() != leaseId && keys >= Limits.LEASE_KEYS_MAX) {
      return Outcome.refused(StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS",
          "a lease holds at most " + Limits.LEASE_KEYS_MAX
              + " keys, and lease " + leaseId + " holds " + keys + ": attach the key to another lease",
          "limit",
          Integer.toString(Limits.LEASE_KEYS_MAX));
    }
    return null;
  }
}
