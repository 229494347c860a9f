package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.KeyRange;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The keys in [start, end).
 *
 * @param end exclusive; null: every key from start on
 */
public record KeyBounds(ByteString start, @Nullable ByteString end) {
  public static final KeyBounds ALL = new KeyBounds(ByteString.EMPTY, null);

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  /** As the wire says it: no end is the one key start, the end "\0" is no upper bound. */
  public static KeyBounds of(KeyRange range) {
    ByteString start = range.getStart();
    if (range.getEnd().isEmpty()) {
      return single(start);
    }
    if (range.getEnd().size() == 1 && range.getEnd().byteAt(0) == 0) {
      return new KeyBounds(start, null);
    }
    return new KeyBounds(start, range.getEnd());
  }

  /** The one key: no other stands between it and itself with a zero byte behind. */
  public static KeyBounds single(ByteString key) {
    return new KeyBounds(key, behind(key));
  }

  /** The first key behind {@code key}. */
  public static ByteString behind(ByteString key) {
    return key.concat(ZERO);
  }

  public boolean isEmpty() {
    return end != null && ByteString.unsignedLexicographicalComparator().compare(start, end) >= 0;
  }

  public boolean contains(ByteString key) {
    Comparator<ByteString> order = ByteString.unsignedLexicographicalComparator();
    return order.compare(key, start) >= 0 && (end == null || order.compare(key, end) < 0);
  }
}
