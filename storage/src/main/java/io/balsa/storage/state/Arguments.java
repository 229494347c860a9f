package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.KeyRange;
import org.jspecify.annotations.Nullable;

/** The checks that several commands have in common. Each returns a refusal, or null when nothing is wrong. */
final class Arguments {
  private Arguments() {
  }

  static @Nullable Outcome checkKey(ByteString key) {
    if (key.isEmpty()) {
      return Outcome.refused(StatusCode.INVALID_ARGUMENT, "KEY_EMPTY", "a key has 1 to " + Limits.KEY_BYTES_MAX
          + " bytes, and this one has none: name the key");
    }
    return checkSize("KEY_TOO_LARGE", "a key", key.size(), Limits.KEY_BYTES_MAX);
  }

  static @Nullable Outcome checkValue(ByteString value) {
    return checkSize("VALUE_TOO_LARGE", "a value", value.size(), Limits.VALUE_BYTES_MAX);
  }

  static @Nullable Outcome checkSize(String reason, String what, int size, int max) {
    if (size <= max) {
      return null;
    }
    return Outcome.refused(StatusCode.INVALID_ARGUMENT, reason,
        what + " has at most " + max + " bytes, and this one has " + size
            + ": make it shorter, or split it",
        "limit", Integer.toString(max), "size", Integer.toString(size));
  }

  /** A key, or the two ends of a range: they may be one byte longer than a key, to stand behind the longest. */
  static @Nullable Outcome checkRange(KeyRange range) {
    ByteString start = range.getStart();
    ByteString end = range.getEnd();
    if (end.isEmpty()) {
      return checkKey(start);
    }
    Outcome refusal = checkSize("KEY_TOO_LARGE", "the start of a range", start.size(), Limits.KEY_BYTES_MAX + 1);
    return refusal != null
        ? refusal
        : checkSize("KEY_TOO_LARGE", "the end of a range", end.size(), Limits.KEY_BYTES_MAX + 1);
  }

  /** Refused unless that lock is held now with exactly that token (K4). A lease that is due and not expired holds (T4). */
  static @Nullable Outcome checkFence(Fence fence, KeyView view) {
    if (view.isHeld(fence)) {
      return null;
    }
    // The name is repeated in the reply, which has its bounds too.
    Outcome refusal = checkLockName(fence.getLock());
    return refusal != null ? refusal
        : Outcome.refused(StatusCode.FAILED_PRECONDITION, "FENCED",
            "lock \"" + fence.getLock() + "\" is not held with token " + fence.getToken()
                + ", so nothing was changed: acquire the lock again and use its new token",
            "lock", fence.getLock(), "token", Long.toString(fence.getToken()));
  }

  static @Nullable Outcome checkLockName(String name) {
    if (name.isEmpty()) {
      return Outcome.refused(StatusCode.INVALID_ARGUMENT, "LOCK_NAME_EMPTY",
          "a lock's name has 1 to " + Limits.LOCK_NAME_BYTES_MAX + " bytes, and this one has none: name the lock");
    }
    return checkSize("LOCK_NAME_TOO_LARGE", "a lock's name", utf8Size(name), Limits.LOCK_NAME_BYTES_MAX);
  }

  static int utf8Size(String text) {
    return ByteString.copyFromUtf8(text).size();
  }

  static Outcome badRequest(String message) {
    return Outcome.refused(StatusCode.INVALID_ARGUMENT, "BAD_REQUEST", message);
  }

  static Outcome tooManyKeys(String message, int limit) {
    return Outcome.refused(StatusCode.FAILED_PRECONDITION, "TOO_MANY_KEYS", message, "limit", Integer.toString(limit));
  }

  /** S4. */
  static Outcome replyTooLarge(long size) {
    return Outcome.refused(StatusCode.FAILED_PRECONDITION, "REPLY_TOO_LARGE", "a reply has at most "
        + Limits.REPLY_BYTES_MAX + " bytes, and this one would have at least " + size
        + ", so nothing was changed: ask for no previous values, or for fewer keys", "limit",
        Integer.toString(Limits.REPLY_BYTES_MAX), "size", Long.toString(size));
  }
}
