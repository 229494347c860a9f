package io.balsa.storage.mvcc;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  /** Of the keys of one piece, about. */
  private static final long BYTES_MAX = 1 << 20;

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

  /** A change, and the version that it made. */
  private static final class Change {
    final byte[] row;
    final byte[] version;
    final boolean delete;

    Change(byte[] row, byte[] value) throws StoreException {
      this.row = row;
      this.version = Rows.version(Versions.changedKey(value),
          new RowReader(ColumnFamily.REVISIONS, row).readLong());
      this.delete = Versions.isDelete(value);
    }

    long revision() {
      return Rows.revisionOf(version);
    }
  }

  private Piece walk(byte[] from, int changesMax) throws StoreException {
    List<Change> piece = new ArrayList<>();
    byte[] next = null;
    byte[] behindFloor = floor == Long.MAX_VALUE ? null : Rows.number(floor + 1);
    try (StoreIterator changes = reader.iterate(ColumnFamily.REVISIONS, from, behindFloor)) {
      long bytes = 0;
      for (boolean onRow = changes.seekFirst(); onRow && next == null; onRow = changes.next()) {
        if (piece.size() == changesMax || bytes > BYTES_MAX) {
          next = changes.key();
        } else {
          Change change = new Change(changes.key(), changes.value());
          piece.add(change);
          bytes += change.version.length;
        }
      }
    }
    // In the order of the rows of VERSIONS: what is looked for there lies close together, and a key's changes stand side by side.
    piece.sort((one, other) -> Arrays.compareUnsigned(one.version, other.version));
    hideOlder(piece);
    for (Change change : piece) {
      if (change.revision() < floor) {
        if (change.delete) {
          batch.delete(ColumnFamily.VERSIONS, change.version);
          removed++;
        }
        batch.delete(ColumnFamily.REVISIONS, change.row);
      }
    }
    return new Piece(next, removed);
  }

  /**
   * Deletes of each change the version before it, and no other: that one's own change was walked before, and took with it what was
   * older. It is the next in the piece, or it is to be looked for.
   */
  private void hideOlder(List<Change> piece) throws StoreException {
    try (StoreIterator versions = reader.iterate(ColumnFamily.VERSIONS, new byte[0], null)) {
      for (int i = 0; i < piece.size(); i++) {
        byte[] version = piece.get(i).version;
        boolean inPiece = i + 1 < piece.size() && Rows.sameKey(version, piece.get(i + 1).version);
        if (inPiece) {
          hide(piece.get(i + 1));
        } else if (versions.seek(Rows.atRevision(version, Rows.revisionOf(version) - 1))
            && Rows.sameKey(version, versions.key())) {
          batch.delete(ColumnFamily.VERSIONS, versions.key());
          removed++;
        }
      }
    }
  }

  /** One that is a delete goes by itself. */
  private void hide(Change older) {
    if (!older.delete) {
      batch.delete(ColumnFamily.VERSIONS, older.version);
      removed++;
    }
  }
}
