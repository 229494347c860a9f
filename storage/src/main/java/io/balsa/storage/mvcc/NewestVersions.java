package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import java.util.Arrays;

/**
 * Walks the keys of a range that have versions, deleted ones too, each at its newest version. A cursor that stands before the
 * first key; close it soon.
 */
public final class NewestVersions implements AutoCloseable {
  /** So many old versions of a key are stepped over before a seek pays. */
  private static final int STEPS_BEFORE_SEEK = 8;

  private final StoreIterator rows;
  private boolean begun;
  private boolean onRow;
  private byte[] row = {};

  public NewestVersions(StoreReader reader, KeyBounds bounds) throws StoreException {
    ByteString end = bounds.end();
    rows = reader.iterate(ColumnFamily.VERSIONS, Rows.versionPrefix(bounds.start().toByteArray()),
        end == null ? null : Rows.versionPrefix(end.toByteArray()));
  }

  /** To the next key. */
  public boolean next() throws StoreException {
    onRow = begun ? onRow && behind() : rows.seekFirst();
    begun = true;
    if (onRow) {
      row = rows.key();
    }
    return onRow;
  }

  private boolean behind() throws StoreException {
    byte[] target = Rows.behindVersions(row);
    for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
      if (!rows.next()) {
        return false;
      }
      if (Arrays.compareUnsigned(rows.key(), target) >= 0) {
        return true;
      }
    }
    return rows.seek(target);
  }

  public byte[] key() throws StoreException {
    return Rows.userKeyOf(row);
  }

  public long revision() {
    return Rows.revisionOf(row);
  }

  public boolean isTombstone() throws StoreException {
    return Versions.isTombstone(rows.value());
  }

  @Override
  public void close() {
    rows.close();
  }
}
