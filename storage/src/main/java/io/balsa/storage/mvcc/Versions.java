package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a version, and reads one key: its newest version, one of its versions, or the one at a revision. */
public final class Versions {
  /** Up to format 2 of the state, and without the superseded revision. */
  private static final int KIND_PUT_ALONE = 1;
  private static final int KIND_DELETE_ALONE = 2;
  private static final int KIND_PUT = 3;
  private static final int KIND_DELETE = 4;
  static final long SUPERSEDED_UNKNOWN = -1;
  private static final int CHANGE_BYTES_BESIDES = 10;

  private Versions() {
  }

  /**
   * That a key was changed from one state to another: its row in REVISIONS. With {@link #putVersion} it is the history of a change;
   * the row of CURRENT is the caller's, one for a whole batch.
   */
  public static void putChange(WriteBatch batch, byte[] key, KeyState from, KeyState to, int sub) {
    // When a deleted key was deleted is what some nodes know, and others do not any more: it is not to be in a row.
    long superseded = from.exists() ? from.modRevision() : 0;
    batch.put(ColumnFamily.REVISIONS, Rows.revision(to.modRevision(), sub),
        new RowWriter(CHANGE_BYTES_BESIDES + key.length).putByte(to.exists() ? KIND_PUT : KIND_DELETE)
            .putVarLong(superseded).putBytes(key).toBytes());
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
  public static byte[] changedKey(byte[] value) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.REVISIONS, value);
    superseded(in);
    return in.readRest();
  }

  /**
   * Of a row's value in REVISIONS: the revision of the version that the change took the place of; 0: the key did not exist; or
   * {@link #SUPERSEDED_UNKNOWN}.
   */
  static long superseded(byte[] value) throws StateCorruptException {
    return superseded(new RowReader(ColumnFamily.REVISIONS, value));
  }

  private static long superseded(RowReader in) throws StateCorruptException {
    int kind = in.readByte();
    return switch (kind) {
      case KIND_PUT, KIND_DELETE -> in.readVarLong();
      case KIND_PUT_ALONE, KIND_DELETE_ALONE -> SUPERSEDED_UNKNOWN;
      default -> throw in.corrupt("is of the unknown kind " + kind);
    };
  }

  /** Whether a row's value in REVISIONS is that of a delete. */
  static boolean isDelete(byte[] value) {
    return value[0] == KIND_DELETE || value[0] == KIND_DELETE_ALONE;
  }

  /** Whether a row's value in VERSIONS is that of a delete. */
  public static boolean isTombstone(byte[] value) throws StateCorruptException {
    return VersionRow.decode(value, 0) == null;
  }
}
