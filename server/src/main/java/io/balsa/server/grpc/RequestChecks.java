package io.balsa.server.grpc;

import static io.balsa.server.grpc.FieldChecks.first;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.server.config.RequestLimits;
import io.balsa.server.grpc.Authorizer.Access;
import io.balsa.server.space.SpaceQuota;
import io.balsa.storage.mvcc.KeyBounds;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be before it is worth a proposal (A1: a node's own settings are looked at here and nowhere later). Every
 * method says what is wrong, or null. Any thread.
 */
final class RequestChecks {
  private final FieldChecks fields;
  private final Authorizer authorizer;
  private final TxnChecks txns;
  private final LeaseChecks leases;
  private final LockChecks locks;
  private final SpaceQuota space;

  /**
   * @param leaseTtlMillisMin a lease that asks for less is refused
   * @param space             while it is exceeded, values are refused
   */
  RequestChecks(RequestLimits limits, long leaseTtlMillisMin, Authorizer authorizer, SpaceQuota space) {
    this.space = space;
    this.fields = new FieldChecks(limits);
    this.authorizer = authorizer;
    this.txns = new TxnChecks(fields, this, authorizer);
    this.leases = new LeaseChecks(fields, leaseTtlMillisMin);
    this.locks = new LockChecks(fields);
  }

  LeaseChecks leases() {
    return leases;
  }

  LockChecks locks() {
    return locks;
  }

  /** Of a mutation that came on the stream of this session. */
  @Nullable
  Error check(Caller caller, long sessionId, StreamRequest mutation) {
    return switch (mutation.getOpCase()) {
      case PUT -> check(caller, mutation.getPut());
      case DELETE -> check(caller, mutation.getDelete());
      case INCR -> check(caller, mutation.getIncr());
      case TXN -> check(caller, mutation.getTxn());
      case LEASE_GRANT -> leases.check(mutation.getLeaseGrant());
      case LEASE_REVOKE -> leases.check(mutation.getLeaseRevoke());
      case LOCK_ACQUIRE -> locks.check(sessionId, mutation.getLockAcquire());
      case LOCK_RELEASE -> locks.check(sessionId, mutation.getLockRelease());
      case COMPACT -> check(caller, mutation.getCompact());
      case GET, LOCK_AWAIT, OP_NOT_SET -> throw new IllegalArgumentException("no mutation: " + mutation.getOpCase());
    };
  }

  @Nullable
  Error check(Caller caller, PutRequest put) {
    return first(fields.key(put.getKey()), fields.value(put.getValue()), fields.size(put.getSerializedSize()),
        FieldChecks.notNegative(put.getLease(), "lease"), fields.fence(put.hasFence(), put.getFence()),
        FieldChecks.context(put.getSession()), single(caller, Access.WRITE, put.getKey()), space());
  }

  @Nullable
  Error check(Caller caller, DeleteRequest delete) {
    return first(fields.range(delete.getRange()), fields.size(delete.getSerializedSize()),
        fields.fence(delete.hasFence(), delete.getFence()), FieldChecks.context(delete.getSession()),
        authorizer.check(caller, Access.WRITE, KeyBounds.of(delete.getRange())));
  }

  @Nullable
  Error check(Caller caller, IncrRequest incr) {
    return first(fields.key(incr.getKey()), FieldChecks.context(incr.getSession()),
        single(caller, Access.WRITE, incr.getKey()), space());
  }

  @Nullable
  Error check(Caller caller, CompactRequest compact) {
    return first(compact.getRevision() >= 1 ? null
        : Errors.error(Reason.BAD_REQUEST,
            "revision " + compact.getRevision() + " is none to compact to; give 1 or more"),
        FieldChecks.context(compact.getSession()), authorizer.check(caller, Access.WRITE, KeyBounds.ALL));
  }

  @Nullable
  Error check(Caller caller, TxnRequest txn) {
    return txns.check(caller, txn);
  }

  @Nullable
  Error check(Caller caller, GetRequest get) {
    return first(fields.key(get.getKey()), FieldChecks.notNegative(get.getRevision(), "revision"),
        minRevision(get.getConsistency()),
        single(caller, Access.READ, get.getKey()));
  }

  @Nullable
  Error check(Caller caller, RangeRequest range) {
    Error continuation = range.getAfterKey().isEmpty() || range.getRevision() > 0 ? null
        : Errors.error(Reason.BAD_REQUEST, "after_key goes with the revision of the first answer, and revision is 0");
    return first(fields.range(range.getRange()), FieldChecks.notNegative(range.getRevision(), "revision"), continuation,
        minRevision(range.getConsistency()),
        authorizer.check(caller, Access.READ, KeyBounds.of(range.getRange())));
  }

  @Nullable
  Error check(Caller caller, WatchRequest watch) {
    return first(fields.range(watch.getRange()),
        FieldChecks.notNegative(watch.getStartRevision(), "start_revision"),
        watch.getNoPuts() && watch.getNoDeletes()
            ? Errors.error(Reason.BAD_REQUEST, "no_puts and no_deletes leave nothing to be told; set one of them")
            : null,
        authorizer.check(caller, Access.READ, KeyBounds.of(watch.getRange())));
  }

  private static @Nullable Error minRevision(Consistency consistency) {
    return FieldChecks.notNegative(consistency.getStale().getMinRevision(), "min_revision");
  }

  /** Last of all: who asks for what is wrong hears of that first. A transaction that may put or add asks through its operations. */
  private @Nullable Error space() {
    return space.refuses() ? Errors.noSpace(space) : null;
  }

  private @Nullable Error single(Caller caller, Access access, ByteString key) {
    return authorizer.check(caller, access, KeyBounds.single(key));
  }
}
