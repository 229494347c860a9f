package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a chunk of the history. The caller gives a snapshot in which nothing of it is compacted (R2). */
public final class Changes {
  private static final int ROWS_MAX = 10_000;
  private static final long BYTES_MAX = 512 << 10;

  private Changes() {
  }

  /**
   * Ends behind the first change with which the chunk is large enough, so that every chunk comes further; it may end within a
   * revision.
   *
   * @param compacted what the snapshot says of it: the version before a change at or below it may be gone here and there elsewhere,
   *                  so it counts as not known
   */
  public static ChangesChunk read(StoreReader reader, ChangesQuery query, long compacted) throws StoreException {
    List<ChangesChunk.Change> changes = new ArrayList<>();
    long bytes = 0;
    int examined = 0;
    byte[] from = Rows.revision(query.from().revision(), query.from().sub());
    byte[] to = Rows.number(query.through() + 1);
    try (StoreIterator rows = reader.iterate(ColumnFamily.REVISIONS, from, to)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        RowReader place = new RowReader(ColumnFamily.REVISIONS, rows.key());
        ChangePosition position = new ChangePosition(place.readLong(), place.readInt());
        if (bytes >= BYTES_MAX || examined == ROWS_MAX) {
          return new ChangesChunk(changes, position);
        }
        examined++;
        byte[] key = Versions.changedKey(rows.value());
        ChangedKey changed = ChangedKey.of(position.revision(), position.sub(), key, KeyState.ABSENT);
        if (query.wanted().test(changed.key())) {
          ChangesChunk.Change change = load(reader, key, changed, query, compacted);
          changes.add(change);
          bytes += bytes(change);
        }
      }
    }
    return new ChangesChunk(changes, ChangePosition.before(query.through() + 1));
  }

  private static ChangesChunk.Change load(StoreReader reader, byte[] key, ChangedKey row, ChangesQuery query,
      long compacted) throws StoreException {
    long revision = row.revision();
    byte[] version = reader.get(ColumnFamily.VERSIONS, Rows.version(key, revision));
    if (version == null) {
      throw new StateCorruptException("state is corrupt; revision " + revision + " changed a key of " + key.length
          + " bytes and that version is missing: stop this node, move its state directory aside and start again, which"
          + " rebuilds the state from its log");
    }
    KeyState put = VersionRow.decode(version, revision);
    KeyState state = put == null ? KeyState.deleted(revision) : put;
    boolean withPrevious = revision > compacted && query.previous().test(row.key());
    KeyState previous = withPrevious ? Versions.at(reader, key, revision - 1) : null;
    return new ChangesChunk.Change(new ChangedKey(revision, row.sub(), row.key(), state), previous);
  }

  private static long bytes(ChangesChunk.Change change) {
    @Nullable
    KeyState previous = change.previous();
    ByteString value = previous == null ? null : previous.value();
    return change.changed().bytes() + (value == null ? 0 : ChangedKey.BYTES_BESIDES + value.size());
  }
}
