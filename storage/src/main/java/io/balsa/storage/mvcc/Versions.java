package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a version, and reads one key: its newest version, one of its versions, or the one at a revision. */
public final class Versions {
  private static final int KIND_PUT = 1;
  private static final int KIND_DELETE = 2;

  private Versions() {
  }

  /**
   * That a key was changed to this state: its row in REVISIONS. With {@link #putVersion} it is the history of a change; the row of
   * CURRENT is the caller's, one for a whole batch.
   */
  public static void putChange(WriteBatch batch, byte[] key, KeyState state, int sub) {
    batch.put(ColumnFamily.REVISIONS, Rows.revision(state.modRevision(), sub),
        change(state.exists() ? KIND_PUT : KIND_DELETE, key));
  }

  /** What a key was changed to: its row in VERSIONS. */
  public static void putVersion(WriteBatch batch, byte[] key, KeyState state) {
    ByteString value = state.value();
    if (state.exists() == (value == null)) {
      throw new IllegalArgumentException("a version has a value unless it is a delete");
    }
    batch.put(ColumnFamily.VERSIONS, Rows.version(key, state.modRevision()),
        value == null ? VersionRow.tombstone() : VersionRow.value(state, value));
  }

  /** What CURRENT says of a key; its value is not loaded. */
  public static KeyState current(StoreReader reader, byte[] key) throws StoreException {
    byte[] row = reader.get(ColumnFamily.CURRENT, key);
    return row == null ? KeyState.ABSENT : KeyState.decode(row);
  }

  /** The version that {@code revision} made of this key, or null if there is none (or it was compacted, or is a tombstone). */
  public static @Nullable KeyState exactly(StoreReader reader, byte[] key, long revision) throws StoreException {
    byte[] row = reader.get(ColumnFamily.VERSIONS, Rows.version(key, revision));
    return row == null ? null : VersionRow.decode(row, revision);
  }

  /** The value of a version that CURRENT names. Only while nobody changes the key: in apply, or within a snapshot. */
  public static ByteString value(StoreReader reader, byte[] key, long revision) throws StoreException {
    KeyState state = exactly(reader, key, revision);
    if (state == null || state.value() == null) {
      throw new StateCorruptException(
          "state is corrupt; a key of " + key.length + " bytes has its newest version at revision "
              + revision
              + " and that version is missing: stop this node, move its state directory aside and start again, which"
              + " rebuilds the state from its log");
    }
    return state.value();
  }

  /** The newest version with its value, or null if the key does not exist. Without a snapshot: as of some moment in the call. */
  public static @Nullable KeyState newest(StoreReader reader, byte[] key) throws StoreException {
    while (true) {
      KeyState current = current(reader, key);
      if (!current.exists()) {
        return null;
      }
      KeyState state = exactly(reader, key, current.modRevision());
      if (state != null) {
        return state;
      }
      // Superseded and compacted between the two reads: look again.
    }
  }

  /** The version that was the newest at {@code revision}, with its value, or null if the key did not exist then. */
  public static @Nullable KeyState at(StoreReader reader, byte[] key, long revision) throws StoreException {
    byte[] first = Rows.version(key, revision);
    try (StoreIterator rows = reader.iterate(ColumnFamily.VERSIONS, first, Rows.behindVersions(first))) {
      return rows.seekFirst() ? VersionRow.decode(rows.value(), Rows.revisionOf(rows.key())) : null;
    }
  }

  /** The revision of a key's newest version, also of a tombstone; 0: it has none (any more). */
  public static long newestRevision(StoreReader reader, byte[] key) throws StoreException {
    byte[] first = Rows.version(key, Long.MAX_VALUE);
    try (StoreIterator rows = reader.iterate(ColumnFamily.VERSIONS, first, Rows.behindVersions(first))) {
      return rows.seekFirst() ? Rows.revisionOf(rows.key()) : 0;
    }
  }

  /** The user key of a row's value in REVISIONS. */
  public static byte[] changedKey(byte[] value) {
    return Arrays.copyOfRange(value, 1, value.length);
  }

  /** Whether a row's value in REVISIONS is that of a delete. */
  static boolean isDelete(byte[] value) {
    return value[0] == KIND_DELETE;
  }

  /** Whether a row's value in VERSIONS is that of a delete. */
  public static boolean isTombstone(byte[] value) throws StateCorruptException {
    return VersionRow.decode(value, 0) == null;
  }

  private static byte[] change(int kind, byte[] key) {
    return new RowWriter(1 + key.length).putByte(kind).putBytes(key).toBytes();
  }
}
