package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseGrantResponse;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LeaseRevokeResponse;
import io.balsa.storage.kv.StoreException;

/** Granting and revoking leases. They are renewed, and expire, as sessions are. */
final class UserLeases {
  private UserLeases() {
  }

  static Outcome grant(LeaseGrantRequest grant, ApplyBatch batch) {
    Outcome refusal = Sessions.checkTtl(grant.getTtlMillis());
    if (refusal != null) {
      return refusal;
    }
    Lease lease = batch.grantLease(grant.getTtlMillis());
    return Outcome.of(Result.newBuilder()
        .setLeaseGrant(LeaseGrantResponse.newBuilder().setLeaseId(lease.id).setTtlMillis(lease.ttlMillis)));
  }

  /** Its keys go, as at expiry. Of a session: closes it. */
  static Outcome revoke(LeaseRevokeRequest revoke, ApplyBatch batch) throws StoreException {
    Lease lease = batch.leases().find(revoke.getLeaseId());
    if (lease == null) {
      return notFound(revoke.getLeaseId());
    }
    int deleted = lease.keyCount;
    batch.end(lease);
    return Outcome.of(Result.newBuilder().setLeaseRevoke(LeaseRevokeResponse.newBuilder().setDeleted(deleted)));
  }

  static Outcome notFound(long id) {
    return Outcome.refused(StatusCode.NOT_FOUND, "LEASE_NOT_FOUND",
        "there is no lease " + id + " (any more): it expired, was revoked or never existed; grant a new one", "lease",
        Long.toString(id));
  }
}
