package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Fence;
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

  /** There are no locks in cluster version 1: no fence names one that is held. */
  static Outcome fenced(Fence fence) {
    return Outcome.refused(StatusCode.FAILED_PRECONDITION, "FENCED",
        "lock \"" + fence.getLock() + "\" is not held with token "
            + fence.getToken() + ", so nothing was changed: acquire the lock again and use its new token");
  }
}
