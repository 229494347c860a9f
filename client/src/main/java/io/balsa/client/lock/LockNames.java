package io.balsa.client.lock;

import io.balsa.client.error.Errors;
import java.nio.charset.StandardCharsets;

/** The bounds of names, checked before a call gets its number (S3) and again by the server. */
final class LockNames {
  private static final int NAME_BYTES_MAX = 1024;
  private static final int OWNER_BYTES_MAX = 256;

  private LockNames() {}

  static void check(String name, String owner) {
    if (name.isEmpty()) {
      throw Errors.invalid("LOCK_NAME_EMPTY", "a lock has a name");
    }
    check("LOCK_NAME_TOO_LARGE", "the lock's name", name, NAME_BYTES_MAX);
    check("LOCK_OWNER_TOO_LARGE", "the owner's name", owner, OWNER_BYTES_MAX);
  }

  private static void check(String reason, String what, String text, int bytesMax) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > bytesMax) {
      throw Errors.invalid(reason, what + " has " + bytes + " bytes, the limit is " + bytesMax);
    }
  }
}
