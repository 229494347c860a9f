package io.balsa.server.grpc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.SessionContext;
import io.balsa.server.config.RequestLimits;
import io.balsa.storage.state.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of requests must be. Every method says what is wrong, with the limit and the number seen, or null. Any thread. */
final class FieldChecks {
  private final RequestLimits limits;

  FieldChecks(RequestLimits limits) {
    this.limits = limits;
  }

  @Nullable
  Error key(ByteString key) {
    if (key.isEmpty()) {
      return Errors.error(Reason.KEY_EMPTY, "the key is empty; a key has 1 to " + limits.keyBytesMax() + " bytes");
    }
    return keyLength(key);
  }

  @Nullable
  Error keyLength(ByteString key) {
    return bytes(Reason.KEY_TOO_LARGE, "the key", key.size(), limits.keyBytesMax());
  }

  @Nullable
  Error value(ByteString value) {
    return bytes(Reason.VALUE_TOO_LARGE, "the value", value.size(), limits.valueBytesMax());
  }

  @Nullable
  Error size(int bytes) {
    return bytes(Reason.REQUEST_TOO_LARGE, "the request", bytes, limits.requestBytesMax());
  }

  @Nullable
  Error range(KeyRange range) {
    if (range.getStart().isEmpty() && range.getEnd().isEmpty()) {
      return Errors.error(Reason.KEY_EMPTY, "the range has neither start nor end; for all keys give the end \"\\0\"");
    }
    return first(keyLength(range.getStart()), keyLength(range.getEnd()));
  }

  @Nullable
  Error fence(boolean given, Fence fence) {
    return given ? lockName(fence.getLock(), fence.getLockBytes()) : null;
  }

  /** @param utf8 the name as it travels: its length in bytes is what counts */
  @Nullable
  Error lockName(String name, ByteString utf8) {
    if (name.isEmpty()) {
      return Errors.error(Reason.LOCK_NAME_EMPTY,
          "the name of the lock is empty; it has 1 to " + Limits.LOCK_NAME_BYTES_MAX + " bytes of UTF-8");
    }
    return lockNameLength(utf8);
  }

  @Nullable
  Error lockNameLength(ByteString utf8) {
    return bytes(Reason.LOCK_NAME_TOO_LARGE, "the name of the lock", utf8.size(), Limits.LOCK_NAME_BYTES_MAX);
  }

  static @Nullable Error notNegative(long number, String what) {
    return number >= 0 ? null : Errors.error(Reason.BAD_REQUEST, what + " " + number + " is negative");
  }

  static @Nullable Error context(SessionContext context) {
    return (context.getSessionId() == 0) == (context.getSequence() == 0) ? null
        : Errors.error(Reason.BAD_REQUEST, "session_id and sequence go together: both, or neither");
  }

  static @Nullable Error bytes(Reason reason, String what, int size, int limit) {
    return size <= limit ? null
        : Errors.error(reason, what + " has " + size + " bytes; the limit is " + limit, "limit",
            Integer.toString(limit), "size", Integer.toString(size));
  }

  static @Nullable Error first(@Nullable Error... errors) {
    for (Error error : errors) {
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  /** The same error, with where in the request it was found. */
  static @Nullable Error at(@Nullable Error error, String where, List<Error.Detail> details) {
    return error == null ? null
        : error.toBuilder().setMessage(where + ": " + error.getMessage()).addAllDetails(details).build();
  }
}
