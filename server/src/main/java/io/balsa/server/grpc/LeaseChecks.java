package io.balsa.server.grpc;

import static io.balsa.server.grpc.FieldChecks.first;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.storage.state.Limits;
import org.jspecify.annotations.Nullable;

/** What requests about leases must be; see {@link RequestChecks}. */
final class LeaseChecks {
  private final FieldChecks fields;
  private final long ttlMillisMin;

  LeaseChecks(FieldChecks fields, long ttlMillisMin) {
    this.fields = fields;
    this.ttlMillisMin = ttlMillisMin;
  }

  @Nullable
  Error check(LeaseGrantRequest grant) {
    long ttlMillis = grant.getTtlMillis();
    Error outOfRange = ttlMillis >= ttlMillisMin && ttlMillis <= Limits.TTL_MILLIS_MAX ? null
        : Errors.error(Reason.TTL_OUT_OF_RANGE,
            "a lease lives " + ttlMillisMin + " to " + Limits.TTL_MILLIS_MAX + " ms after a renewal, and this asks for "
                + Long.toUnsignedString(ttlMillis),
            "min", Long.toString(ttlMillisMin), "max", Long.toString(Limits.TTL_MILLIS_MAX), "ttl_millis",
            Long.toUnsignedString(ttlMillis));
    return first(outOfRange, FieldChecks.context(grant.getSession()));
  }

  @Nullable
  Error check(LeaseRevokeRequest revoke) {
    return first(lease(revoke.getLeaseId()), FieldChecks.context(revoke.getSession()));
  }

  @Nullable
  Error check(LeaseTimeToLiveRequest ask) {
    return first(lease(ask.getLeaseId()), fields.keyLength(ask.getAfterKey()));
  }

  @Nullable
  Error check(LeaseListRequest list) {
    return FieldChecks.notNegative(list.getAfterId(), "after_id");
  }

  private static @Nullable Error lease(long id) {
    return id > 0 ? null : Errors.error(Reason.BAD_REQUEST, "lease_id is " + id + "; the ids of leases begin at 1");
  }
}
