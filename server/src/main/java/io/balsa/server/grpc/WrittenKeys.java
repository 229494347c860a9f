package io.balsa.server.grpc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.TxnOp;
import io.balsa.storage.mvcc.KeyBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one path of a transaction writes: a key once at most, for all of it has one revision. Ranges that are deleted may overlap
 * each other, for the later one finds nothing there any more; but no key that is written otherwise.
 */
final class WrittenKeys {
  private final NavigableSet<ByteString> keys = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
  private final List<KeyBounds> ranges = new ArrayList<>();

  /** @return what is wrong with this operation beside those before it, or null */
  @Nullable
  Error add(TxnOp op) {
    return switch (op.getOpCase()) {
      case PUT -> key(op.getPut().getKey());
      case INCR -> key(op.getIncr().getKey());
      case DELETE -> op.getDelete().getRange().getEnd().isEmpty() ? key(op.getDelete().getRange().getStart())
          : range(KeyBounds.of(op.getDelete().getRange()));
      case GET, RANGE, OP_NOT_SET -> null;
    };
  }

  private @Nullable Error key(ByteString key) {
    if (!keys.add(key)) {
      return duplicate(key);
    }
    for (KeyBounds range : ranges) {
      if (range.contains(key)) {
        return duplicate(key);
      }
    }
    return null;
  }

  private @Nullable Error range(KeyBounds range) {
    if (range.isEmpty()) {
      return null;
    }
    ranges.add(range);
    ByteString first = keys.ceiling(range.start());
    return first != null && range.contains(first) ? duplicate(first) : null;
  }

  private static Error duplicate(ByteString key) {
    return Errors.error(Reason.DUPLICATE_KEY, "the key \"" + key.toStringUtf8()
        + "\" is written twice on this path, and a path writes a key once at most");
  }
}
