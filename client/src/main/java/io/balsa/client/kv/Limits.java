package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.client.error.Errors;

/** The bounds of keys, values and revisions, checked before a call gets its number (S3) and again by the server. */
final class Limits {
  static final int KEY_BYTES_MAX = 4 * 1024;
  static final int VALUE_BYTES_MAX = 1024 * 1024;

  private Limits() {}

  static ByteString key(ByteString key) {
    if (key.isEmpty()) {
      throw Errors.invalid("KEY_EMPTY", "a key has at least one byte");
    }
    if (key.size() > KEY_BYTES_MAX) {
      throw Errors.invalid("KEY_TOO_LARGE", "the key has " + key.size() + " bytes, the limit is " + KEY_BYTES_MAX);
    }
    return key;
  }

  static long compactTo(long revision) {
    if (revision < 1) {
      throw Errors.invalid("BAD_REQUEST", "revision " + revision + " is none to compact to; give 1 or more");
    }
    return revision;
  }

  static io.balsa.proto.v1.KeyRange keys(KeyRange keys) {
    key(keys.wire().getStart());
    if (!keys.wire().getEnd().isEmpty()) {
      key(keys.wire().getEnd());
    }
    return keys.wire();
  }

  static ByteString value(ByteString value) {
    if (value.size() > VALUE_BYTES_MAX) {
      throw Errors.invalid("VALUE_TOO_LARGE",
          "the value has " + value.size() + " bytes, the limit is " + VALUE_BYTES_MAX);
    }
    return value;
  }
}
