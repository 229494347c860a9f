package io.balsa.client.kv;

import io.balsa.proto.v1.RangeRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A part of a range, all of it read at one revision. The next page goes on behind its last key at the same revision, on
 * whichever node leads then, so the pages together are one consistent state of the store. Immutable.
 */
public final class RangePage {
  /** Rows of a page; the bytes are bounded besides. */
  private static final long PAGE_ROWS = 1_000;

  private final KvCalls calls;
  private final RangeRequest request;
  private final List<KeyValue> rows;
  private final long revision;
  private final long count;
  private final boolean more;

  private RangePage(KvCalls calls, RangeRequest request, RangeChunks chunks) {
    this.calls = calls;
    this.request = request;
    this.rows = chunks.rows();
    this.revision = chunks.revision();
    this.count = chunks.count();
    boolean limitReached = request.getLimit() != 0 && rows.size() >= request.getLimit();
    this.more = chunks.more() && !limitReached;
  }

  /** Asks for the page that this request, with what is left of its limit, begins with. */
  static CompletableFuture<RangePage> read(KvCalls calls, RangeRequest request) {
    long limit = request.getLimit();
    long rows = limit == 0 ? PAGE_ROWS : Math.min(limit, PAGE_ROWS);
    RangeRequest page = request.getCountOnly() ? request : request.toBuilder().setLimit(rows).build();
    return calls.page(page, chunks -> new RangePage(calls, request, chunks));
  }

  /** The rows in the order asked for. */
  public List<KeyValue> keyValues() {
    return rows;
  }

  /** The revision that this page and those after it are read at. */
  public long revision() {
    return revision;
  }

  /** Whether rows follow. */
  public boolean hasMore() {
    return more;
  }

  /** The page behind this one. Ends with {@code COMPACTED} if the revision was compacted meanwhile: never a silent gap. */
  public CompletableFuture<RangePage> nextAsync() {
    if (!more) {
      throw new IllegalStateException("this was the last page");
    }
    RangeRequest.Builder next = request.toBuilder().setRevision(revision);
    next.setAfterKey(rows.get(rows.size() - 1).keyBytes());
    if (request.getLimit() != 0) {
      next.setLimit(request.getLimit() - rows.size());
    }
    return read(calls, next.build());
  }

  long count() {
    return count;
  }
}
