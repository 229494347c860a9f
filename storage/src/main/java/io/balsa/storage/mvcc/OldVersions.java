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
    List<byte[]> versions = new ArrayList<>();
    byte[] next = null;
    byte[] behindFloor = floor == Long.MAX_VALUE ? null : Rows.number(floor + 1);
    try (StoreIterator changes = reader.iterate(ColumnFamily.REVISIONS, from, behindFloor)) {
      int seen = 0;
      long bytes = 0;
      for (boolean onRow = changes.seekFirst(); onRow && next == null; onRow = changes.next()) {
        if (seen == changesMax || bytes > BYTES_MAX) {
          next = changes.key();
        } else {
          seen++;
          bytes += hidden(changes.key(), changes.value(), versions);
        }
      }
    }
    // In the order of the rows of VERSIONS: a memtable takes neighbours faster than rows at random.
    versions.sort(Arrays::compareUnsigned);
    versions.forEach(version -> batch.delete(ColumnFamily.VERSIONS, version));
    byte[] to = Rows.number(floor);
    if (next != null && Arrays.compareUnsigned(next, to) < 0) {
      to = next;
    }
    if (Arrays.compareUnsigned(from, to) < 0) {
      batch.deleteRange(ColumnFamily.REVISIONS, from, to);
    }
    return new Piece(next, versions.size());
  }

  /**
   * Adds the version that a change took the place of, and no other: that one's own change was walked before, and took with it what was
   * older. One that is a delete went by itself, and so does this change if it is one.
   *
   * @return their bytes, about
   */
  private int hidden(byte[] row, byte[] value, List<byte[]> versions) throws StoreException {
    byte[] key = Versions.changedKey(value);
    byte[] version = Rows.version(key, new RowReader(ColumnFamily.REVISIONS, row).readLong());
    long superseded = Versions.superseded(value);
    if (superseded == Versions.SUPERSEDED_UNKNOWN) {
      superseded = before(version);
    }
    if (superseded != 0) {
      versions.add(Rows.atRevision(version, superseded));
    }
    if (Versions.isDelete(value) && Rows.revisionOf(version) < floor) {
      versions.add(version);
    }
    return version.length;
  }

  /** The revision of the version before this one that is a value; 0: there is none (any more). */
  private long before(byte[] version) throws StoreException {
    byte[] older = Rows.atRevision(version, Rows.revisionOf(version) - 1);
    try (StoreIterator rows = reader.iterate(ColumnFamily.VERSIONS, older, Rows.behindVersions(older))) {
      return rows.seekFirst() && !Versions.isTombstone(rows.value()) ? Rows.revisionOf(rows.key()) : 0;
    }
  }
}
