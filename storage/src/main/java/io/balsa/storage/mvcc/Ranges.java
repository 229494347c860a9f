package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.v1.KeyValue;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one chunk of a range as of one revision (R2). The caller gives a snapshot in which that revision is neither compacted nor in
 * the future. One object a chunk.
 */
public final class Ranges {
  private static final int ROW_OVERHEAD_BYTES = 48;
  /** So many old versions of a key are stepped over before a seek pays. */
  private static final int STEPS_BEFORE_SEEK = 8;

  private final RangeQuery query;
  private final long revision;
  private final List<KeyValue> kvs = new ArrayList<>();
  private long count;
  private long bytes;
  private int examined;
  private int keysPassed;
  private @Nullable ByteString passed;

  private Ranges(RangeQuery query, long revision) {
    this.query = query;
    this.revision = revision;
    this.passed = query.afterKey();
  }

  public static RangeChunk chunk(StoreReader reader, RangeQuery query, long revision) throws StoreException {
    return new Ranges(query, revision).read(reader);
  }

  private RangeChunk read(StoreReader reader) throws StoreException {
    byte[] from = Rows.versionPrefix(query.bounds().start().toByteArray());
    ByteString end = query.bounds().end();
    byte[] to = end == null ? null : Rows.versionPrefix(end.toByteArray());
    ByteString afterKey = query.afterKey();
    if (afterKey != null) {
      byte[] after = Rows.version(afterKey.toByteArray(), 0);
      if (query.descending()) {
        byte[] prefix = Rows.prefixOf(after);
        to = to == null || Arrays.compareUnsigned(prefix, to) < 0 ? prefix : to;
      } else {
        byte[] behind = Rows.behindVersions(after);
        from = Arrays.compareUnsigned(behind, from) > 0 ? behind : from;
      }
    }
    if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
      return ended(RangeChunk.End.COMPLETE);
    }
    try (StoreIterator rows = reader.iterate(ColumnFamily.VERSIONS, from, to)) {
      return ended(query.descending() ? descend(rows) : ascend(rows));
    }
  }

  private RangeChunk.End ascend(StoreIterator rows) throws StoreException {
    boolean onRow = rows.seekFirst();
    while (onRow) {
      if (isFull()) {
        return RangeChunk.End.CHUNK_FULL;
      }
      byte[] row = rows.key();
      if (Rows.revisionOf(row) > revision) {
        onRow = skip(rows, Rows.atRevision(row, revision));
      }
      if (onRow && Rows.sameKey(row, rows.key())) {
        if (!take(rows)) {
          return RangeChunk.End.ROWS_MAX;
        }
        onRow = skip(rows, Rows.behindVersions(row));
      }
      pass(row);
    }
    return RangeChunk.End.COMPLETE;
  }

  private RangeChunk.End descend(StoreIterator rows) throws StoreException {
    boolean onRow = rows.seekLast();
    while (onRow) {
      if (isFull()) {
        return RangeChunk.End.CHUNK_FULL;
      }
      // The oldest version of a key: its newest visible one is where a seek for the revision ends, if that is this key.
      byte[] row = rows.key();
      examined += 2;
      if (Rows.revisionOf(row) <= revision && rows.seek(Rows.atRevision(row, revision)) && !take(rows)) {
        return RangeChunk.End.ROWS_MAX;
      }
      onRow = rows.seekBefore(Rows.prefixOf(row));
      pass(row);
    }
    return RangeChunk.End.COMPLETE;
  }

  /** To the first row at or behind {@code target}, which stands behind the cursor, at the versions of its key or at their end. */
  private boolean skip(StoreIterator rows, byte[] target) throws StoreException {
    for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
      examined++;
      if (!rows.next()) {
        return false;
      }
      if (Arrays.compareUnsigned(rows.key(), target) >= 0) {
        return true;
      }
    }
    examined++;
    return rows.seek(target);
  }

  /** Every chunk gets past one key at least, whatever its bounds, so that whoever goes on from chunk to chunk gets to the end. */
  private boolean isFull() {
    return keysPassed > 0 && (bytes >= query.bytesMax() || examined >= query.examineMax());
  }

  private void pass(byte[] row) throws StoreException {
    passed = UnsafeByteOperations.unsafeWrap(Rows.userKeyOf(row));
    keysPassed++;
  }

  /** Adds the version under the cursor if it matches. False if it does and there is no more room for rows. */
  private boolean take(StoreIterator rows) throws StoreException {
    byte[] row = rows.key();
    KeyState state = VersionRow.decode(rows.value(), Rows.revisionOf(row));
    if (state == null || !query.filter().matches(state)) {
      return true;
    }
    if (query.content() != RangeQuery.Content.COUNT && count >= query.rowsMax()) {
      return false;
    }
    add(Rows.userKeyOf(row), state);
    return true;
  }

  private void add(byte[] key, KeyState state) {
    count++;
    if (query.content() == RangeQuery.Content.COUNT) {
      return;
    }
    ByteString value = query.content() == RangeQuery.Content.KEYS || state.value() == null ? ByteString.EMPTY
        : state.value();
    kvs.add(state.toKeyValue(key, value));
    bytes += key.length + (long) value.size() + ROW_OVERHEAD_BYTES;
  }

  private RangeChunk ended(RangeChunk.End end) {
    return new RangeChunk(revision, kvs, count, end, end == RangeChunk.End.COMPLETE ? null : passed);
  }
}
