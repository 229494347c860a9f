package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What one chunk of a range is to hold.
 *
 * @param revision   read as of this revision; 0: the newest
 * @param afterKey   go on behind this key in the order asked for (before it when descending); null: from the beginning
 * @param rowsMax    at most so many keys; no bound on a count
 * @param bytesMax   about so many bytes of keys and values; one key more than that is returned if it is the first
 * @param examineMax at most so many rows are looked at, matching or not
 */
public record RangeQuery(KeyBounds bounds, long revision, @Nullable ByteString afterKey, boolean descending,
    Content content,
    Filter filter, long rowsMax, long bytesMax, int examineMax) {
  public static final int CHUNK_BYTES = 256 << 10;
  public static final int CHUNK_ROWS_EXAMINED = 10_000;

  /** What is wanted of every key. */
  public enum Content {
    KEYS_AND_VALUES, KEYS, COUNT
  }

  /** Bounds on revisions, inclusive; a maximum of 0 is none. */
  public record Filter(long minMod, long maxMod, long minCreate, long maxCreate) {
    public static final Filter NONE = new Filter(0, 0, 0, 0);

    public boolean matches(KeyState state) {
      return state.modRevision() >= minMod && (maxMod == 0 || state.modRevision() <= maxMod)
          && state.createRevision() >= minCreate && (maxCreate == 0 || state.createRevision() <= maxCreate);
    }
  }

  /** Keys and values, ascending, in chunks of the usual size. */
  public static RangeQuery of(KeyBounds bounds, long revision) {
    return new RangeQuery(bounds, revision, null, false, Content.KEYS_AND_VALUES, Filter.NONE, Long.MAX_VALUE,
        CHUNK_BYTES,
        CHUNK_ROWS_EXAMINED);
  }

  public RangeQuery after(@Nullable ByteString key, long atRevision) {
    return new RangeQuery(bounds, atRevision, key, descending, content, filter, rowsMax, bytesMax, examineMax);
  }

  public RangeQuery descending(boolean newDescending) {
    return new RangeQuery(bounds, revision, afterKey, newDescending, content, filter, rowsMax, bytesMax, examineMax);
  }

  public RangeQuery content(Content newContent) {
    return new RangeQuery(bounds, revision, afterKey, descending, newContent, filter, rowsMax, bytesMax, examineMax);
  }

  public RangeQuery filter(Filter newFilter) {
    return new RangeQuery(bounds, revision, afterKey, descending, content, newFilter, rowsMax, bytesMax, examineMax);
  }

  public RangeQuery rowsMax(long newRowsMax) {
    return new RangeQuery(bounds, revision, afterKey, descending, content, filter, newRowsMax, bytesMax, examineMax);
  }

  public RangeQuery chunk(long newBytesMax, int newExamineMax) {
    return new RangeQuery(bounds, revision, afterKey, descending, content, filter, rowsMax, newBytesMax, newExamineMax);
  }
}
