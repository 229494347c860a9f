package io.balsa.storage.mvcc;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * Deletes versions that no read at a floor or above it can see, by walking the changes up to the floor in their order, the oldest
 * first.
 *
 * <p>A change at revision r, not above the floor, hides all older versions of its key from every such read: they go. A delete below
 * the floor goes with them, for then there is nothing left that it hides; so it never goes before what it hides, which would bring that
 * back. A change <em>at</em> the floor stays, with its row in REVISIONS and be it a delete: whoever watches or reads from exactly the
 * floor must see it (etcd18089, etcd19179). The walk to a higher floor begins with those changes again.
 */
public final class OldVersions {
  private final StoreReader reader;
  private final long floor;
  private final WriteBatch batch;
  private int removed;

  private OldVersions(StoreReader reader, long floor, WriteBatch batch) {
    this.reader = reader;
    this.floor = floor;
    this.batch = batch;
  }

  /** What one piece of a walk has done. */
  public static final class Piece {
    private final byte @Nullable [] next;
    private final int removed;

    Piece(byte @Nullable [] next, int removed) {
      this.next = next;
      this.removed = removed;
    }

    /** The row of REVISIONS to go on from; null: the walk is over. */
    public byte @Nullable [] next() {
      return next;
    }

    /** Versions deleted. */
    public int removed() {
      return removed;
    }
  }

  /** The row of REVISIONS that a walk from this revision on begins with. */
  public static byte[] from(long revision) {
    return Rows.number(revision);
  }

  /**
   * Adds to {@code batch} what is to be deleted.
   *
   * @param reader     holds still, and nothing below the floor can be read of it
   * @param from       a row of REVISIONS: everything before it was dealt with
   * @param changesMax of one piece
   */
  public static Piece remove(StoreReader reader, byte[] from, long floor, int changesMax, WriteBatch batch)
      throws StoreException {
    return new OldVersions(reader, floor, batch).walk(from, changesMax);
  }

  private Piece walk(byte[] from, int changesMax) throws StoreException {
    try (
        StoreIterator changes = reader.iterate(ColumnFamily.REVISIONS, from, floor == Long.MAX_VALUE ? null
            : Rows.number(floor + 1));
        StoreIterator versions = reader.iterate(ColumnFamily.VERSIONS, new byte[0], null)) {
      int seen = 0;
      for (boolean onRow = changes.seekFirst(); onRow; onRow = changes.next()) {
        if (seen++ == changesMax) {
          return new Piece(changes.key(), removed);
        }
        hide(changes.key(), changes.value(), versions);
      }
    }
    return new Piece(null, removed);
  }

  private void hide(byte[] change, byte[] value, StoreIterator versions) throws StoreException {
    long revision = new RowReader(ColumnFamily.REVISIONS, change).readLong();
    byte[] version = Rows.version(Versions.changedKey(value), revision);
    // The version before it, and no other: that one's own change was walked before, and took with it what was older.
    if (versions.seek(Rows.atRevision(version, revision - 1)) && Rows.sameKey(version, versions.key())) {
      batch.delete(ColumnFamily.VERSIONS, versions.key());
      removed++;
    }
    if (revision == floor) {
      return;
    }
    if (Versions.isDelete(value)) {
      batch.delete(ColumnFamily.VERSIONS, version);
      removed++;
    }
    batch.delete(ColumnFamily.REVISIONS, change);
  }
}
