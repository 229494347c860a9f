package io.balsa.storage.mvcc;

import io.balsa.proto.v1.KeyRange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys in [start, end).
 *
 * @param end exclusive; null: every key from start on
 */
public record KeyBounds(byte[] start, byte @Nullable [] end) {
  public static final KeyBounds ALL = new KeyBounds(new byte[0], null);

  /** As the wire says it: no end is the one key start, the end "\0" is no upper bound. */
  public static KeyBounds of(KeyRange range) {
    byte[] start = range.getStart().toByteArray();
    if (range.getEnd().isEmpty()) {
      return single(start);
    }
    if (range.getEnd().size() == 1 && range.getEnd().byteAt(0) == 0) {
      return new KeyBounds(start, null);
    }
    return new KeyBounds(start, range.getEnd().toByteArray());
  }

  /** The one key: no other stands between it and itself with a zero byte behind. */
  public static KeyBounds single(byte[] key) {
    return new KeyBounds(key, Arrays.copyOf(key, key.length + 1));
  }

  public boolean isEmpty() {
    return end != null && Arrays.compareUnsigned(start, end) >= 0;
  }
}
