package io.balsa.client.kv;

import io.balsa.proto.v1.RangeResponse;
import java.util.ArrayList;
import java.util.List;

/** The chunks of one page as they arrive. Not API. Confined to one thread. */
public final class RangeChunks {
  private static final int PAGE_BYTES = 4 * 1024 * 1024;

  private final List<KeyValue> rows = new ArrayList<>();
  private long bytes;
  private long revision;
  private long count;
  private boolean more = true;

  /**
   * Takes the next chunk.
   *
   * @return whether another one is wanted; false: the page is complete
   */
  public boolean take(RangeResponse chunk) {
    revision = chunk.getReadRevision();
    chunk.getKvsList().forEach(kv -> rows.add(new KeyValue(kv)));
    bytes += chunk.getSerializedSize();
    if (chunk.getLast()) {
      count = chunk.getCount();
      more = chunk.getMore();
      return false;
    }
    return bytes < PAGE_BYTES;
  }

  List<KeyValue> rows() {
    return List.copyOf(rows);
  }

  long revision() {
    return revision;
  }

  long count() {
    return count;
  }

  boolean more() {
    return more && !rows.isEmpty();
  }
}
