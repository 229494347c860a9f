package io.balsa.server.grpc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.SessionContext;
import io.balsa.server.config.RequestLimits;
import io.balsa.server.grpc.Authorizer.Access;
import io.balsa.storage.mvcc.KeyBounds;
import org.jspecify.annotations.Nullable;

/** What a request must be before it is worth a proposal. Every method says what is wrong, or null. Any thread. */
final class RequestChecks {
  private final RequestLimits limits;
  private final Authorizer authorizer;

  RequestChecks(RequestLimits limits, Authorizer authorizer) {
    this.limits = limits;
    this.authorizer = authorizer;
  }

  @Nullable
  Error check(Caller caller, PutRequest put) {
    return first(key(put.getKey()), value(put.getValue()), size(put.getSerializedSize()),
        revision(put.getLease(), "lease"),
        context(put.getSession()), single(caller, Access.WRITE, put.getKey()));
  }

  @Nullable
  Error check(Caller caller, DeleteRequest delete) {
    return first(range(delete.getRange()), size(delete.getSerializedSize()), context(delete.getSession()),
        authorizer.check(caller, Access.WRITE, KeyBounds.of(delete.getRange())));
  }

  @Nullable
  Error check(Caller caller, IncrRequest incr) {
    return first(key(incr.getKey()), context(incr.getSession()), single(caller, Access.WRITE, incr.getKey()));
  }

  @Nullable
  Error check(Caller caller, GetRequest get) {
    return first(key(get.getKey()), revision(get.getRevision(), "revision"), single(caller, Access.READ, get.getKey()));
  }

  @Nullable
  Error check(Caller caller, RangeRequest range) {
    Error continuation = range.getAfterKey().isEmpty() || range.getRevision() > 0 ? null
        : Errors.error(Reason.BAD_REQUEST, "after_key goes with the revision of the first answer, and revision is 0");
    return first(range(range.getRange()), revision(range.getRevision(), "revision"), continuation,
        authorizer.check(caller, Access.READ, KeyBounds.of(range.getRange())));
  }

  private @Nullable Error single(Caller caller, Access access, ByteString key) {
    return authorizer.check(caller, access, KeyBounds.single(key));
  }

  private @Nullable Error key(ByteString key) {
    if (key.isEmpty()) {
      return Errors.error(Reason.KEY_EMPTY, "the key is empty; a key has 1 to " + limits.keyBytesMax() + " bytes");
    }
    return keyLength(key);
  }

  private @Nullable Error keyLength(ByteString key) {
    return key.size() <= limits.keyBytesMax() ? null
        : tooLarge(Reason.KEY_TOO_LARGE, "the key", key.size(), limits.keyBytesMax());
  }

  private @Nullable Error value(ByteString value) {
    return value.size() <= limits.valueBytesMax() ? null
        : tooLarge(Reason.VALUE_TOO_LARGE, "the value", value.size(), limits.valueBytesMax());
  }

  private @Nullable Error size(int bytes) {
    return bytes <= limits.requestBytesMax() ? null
        : tooLarge(Reason.REQUEST_TOO_LARGE, "the request", bytes, limits.requestBytesMax());
  }

  private @Nullable Error range(KeyRange range) {
    if (range.getStart().isEmpty() && range.getEnd().isEmpty()) {
      return Errors.error(Reason.KEY_EMPTY, "the range has neither start nor end; for all keys give the end \"\\0\"");
    }
    return first(keyLength(range.getStart()), keyLength(range.getEnd()));
  }

  private static @Nullable Error revision(long number, String what) {
    return number >= 0 ? null : Errors.error(Reason.BAD_REQUEST, what + " " + number + " is negative");
  }

  private static @Nullable Error context(SessionContext context) {
    return (context.getSessionId() == 0) == (context.getSequence() == 0) ? null
        : Errors.error(Reason.BAD_REQUEST, "session_id and sequence go together: both, or neither");
  }

  private static Error tooLarge(Reason reason, String what, int size, int limit) {
    return Errors.error(reason, what + " has " + size + " bytes; the limit is " + limit, "limit",
        Integer.toString(limit),
        "size", Integer.toString(size));
  }

  private static @Nullable Error first(@Nullable Error... errors) {
    for (Error error : errors) {
      if (error != null) {
        return error;
      }
    }
    return null;
  }
}
