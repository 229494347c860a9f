package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a range.
 *
 * @param revision what it was read at, and what the next chunk is to be read at
 * @param kvs      in the order asked for; empty for a count
 * @param count    keys that matched in this chunk
 * @param end      why the chunk ended
 * @param nextAfter with CHUNK_FULL or ROWS_MAX: the key to go on behind; it need not be one of {@code kvs}. Null if
 *                  nothing was passed: go on where this chunk began
 */
public record RangeChunk(long revision, List<KeyValue> kvs, long count, End end, @Nullable ByteString nextAfter) {

  /** Why a chunk ended. */
  public enum End {
    /** Nothing matching follows. */
    COMPLETE,
    /** The bound on rows was reached, and at least one more key matches. */
    ROWS_MAX,
    /** The bound on bytes or on rows examined was reached; whether more matches is not known. */
    CHUNK_FULL
  }

  public RangeChunk {
    kvs = List.copyOf(kvs);
  }

  public boolean complete() {
    return end == End.COMPLETE;
  }
}
