package io.balsa.storage.state;

import io.balsa.proto.internal.v1.CloseSession;
import io.balsa.proto.internal.v1.ClosedSession;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.internal.v1.OpenedSession;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.internal.v1.Renewed;
import io.balsa.proto.internal.v1.Result;
import io.balsa.storage.kv.StoreException;
import org.jspecify.annotations.Nullable;

/** Opening, closing and renewing sessions. None of it is numbered or deduplicated (S1). */
final class Sessions {
  private Sessions() {
  }

  static Outcome open(OpenSession open, ApplyBatch batch) {
    long ttlMillis = open.getTtlMillis();
    Outcome refusal = checkTtl(ttlMillis);
    if (refusal != null) {
      return refusal;
    }
    Lease lease = batch.openSession(ttlMillis);
    return Outcome.of(Result.newBuilder()
        .setOpenedSession(OpenedSession.newBuilder().setSessionId(lease.id).setTtlMillis(ttlMillis)));
  }

  static @Nullable Outcome checkTtl(long ttlMillis) {
    return ttlMillis >= 1 && ttlMillis <= Limits.TTL_MILLIS_MAX ? null
        : Outcome.refused(StatusCode.INVALID_ARGUMENT, "TTL_OUT_OF_RANGE", "a TTL has 1 to " + Limits.TTL_MILLIS_MAX
            + " milliseconds, not " + Long.toUnsignedString(ttlMillis) + ": ask for one within", "limit",
            Long.toString(Limits.TTL_MILLIS_MAX));
  }

  /** Its keys and its locks go, as at expiry. */
  static Outcome close(CloseSession close, ApplyBatch batch) throws StoreException {
    Lease lease = batch.leases().findSession(close.getSessionId());
    if (lease == null) {
      return expired(close.getSessionId());
    }
    batch.end(lease);
    return Outcome.of(Result.newBuilder().setClosedSession(ClosedSession.getDefaultInstance()));
  }

  /** Of sessions and of other leases. Also one that is due and not expired yet is renewed (T4). Adds no revision (T5). */
  static Outcome renew(Renew renew, ApplyBatch batch) {
    Renewed.Builder renewed = Renewed.newBuilder();
    for (Renew.Renewal renewal : renew.getRenewalsList()) {
      Lease lease = batch.leases().find(renewal.getId());
      if (lease == null) {
        renewed.addTtlMillis(0);
        continue;
      }
      batch.renew(lease);
      batch.acknowledge(lease, renewal.getLowestAwaited());
      renewed.addTtlMillis(lease.ttlMillis);
    }
    return Outcome.of(Result.newBuilder().setRenewed(renewed));
  }

  static Outcome expired(long sessionId) {
    return Outcome.refused(StatusCode.FAILED_PRECONDITION, "SESSION_EXPIRED",
        "session " + Long.toUnsignedString(sessionId)
            + " expired, was closed, or never existed: open a new one; the outcome of its unanswered calls is unknown",
        "session",
        Long.toUnsignedString(sessionId));
  }
}
