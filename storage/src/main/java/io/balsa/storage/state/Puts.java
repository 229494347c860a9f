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

  static Outcome evaluate(PutRequest put, ApplyBatch batch) throws StoreException {
    Outcome refusal = refusal(put);
    if (refusal != null) {
      return refusal;
    }
    byte[] key = put.getKey().toByteArray();
    KeyState old = batch.current(key);
    refusal = leaseRefusal(put.getLease(), old, batch);
    if (refusal != null) {
      return refusal;
    }
    PutResponse.Builder response = PutResponse.newBuilder();
    if (put.getPrevKv() && old.exists()) {
      response.setPrevKv(old.toKeyValue(key, batch.value(key, old)));
    }
    return new Outcome(Result.newBuilder().setPut(response),
        List.of(Outcome.KeyChange.put(key, old, put.getValue(), put.getLease())));
  }

  private static @Nullable Outcome refusal(PutRequest put) {
    Outcome refusal = Arguments.checkKey(put.getKey());
    if (refusal == null) {
      refusal = Arguments.checkValue(put.getValue());
    }
    return refusal == null && put.hasFence() ? Arguments.fenced(put.getFence()) : refusal;
  }

  private static @Nullable Outcome leaseRefusal(long leaseId, KeyState old, ApplyBatch batch) {
    if (leaseId == 0) {
      return null;
    }
    Lease lease = batch.leases().find(leaseId);
    if (lease == null) {
      return Outcome.refused(StatusCode.NOT_FOUND, "LEASE_NOT_FOUND", "there is no lease " + leaseId
          + " (any more): grant a new one and put the key again", "lease", Long.toString(leaseId));
    }
    if (old.lease() != leaseId && lease.keyCount >= Limits.LEASE_KEYS_MAX) {
      return Outcome.refused(StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS",
          "a lease holds at most " + Limits.LEASE_KEYS_MAX
              + " keys, and lease " + leaseId + " holds " + lease.keyCount + ": attach the key to another lease",
          "limit",
          Integer.toString(Limits.LEASE_KEYS_MAX));
    }
    return null;
  }
}
