package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.mvcc.OldVersions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the history below the compacted revision, a piece at a time, by ordinary writes (A8, R2). How far it has come is a row of
 * META beside the record of what was applied. That row is this node's own: no hash covers it, no command reads it; a snapshot carries
 * it along, for it belongs to the rows that the snapshot holds.
 *
 * <p>Why no crash leaves a hole. A piece deletes what its snapshot's record says to be below the floor: that record was written before.
 * The store keeps the order of its writes, over all tables: what a crash leaves, and what a checkpoint or a snapshot holds, is what
 * some first part of the writes made. So wherever the deletions are, that floor is, and nobody reads below it; and the progress
 * is written with the deletions that it stands for, so it is never ahead of them. The log is applied again from that first part on:
 * its entries add versions above the revision there, which is not below the floor, and so none that was deleted; and apply reads
 * nothing that depends on what was deleted, see {@link UnchangedSince}.
 *
 * <p>Why it runs beside the applier. It deletes rows of revisions below the floor, the applier adds rows above it, and no
 * row of one is ever a row of the other. An install of another state closes the store under it: what was deleted of the old one is of no
 * interest any more, and the new one brings its own floor and its own progress.
 */
final class HistoryRemoval {
  /** Some milliseconds. */
  private static final int CHANGES_PER_PIECE = 4_000;
  private static final int FORMAT_VERSION = 1;
  private static final int ROW_BYTES_TYPICAL = 24;
  private static final byte[] ROW_KEY = "history".getBytes(StandardCharsets.US_ASCII);

  private HistoryRemoval() {
  }

  /** How far a store's history was removed. */
  private static final class Progress {
    /** The floor of the walk. */
    private final long floor;
    /** The change that it goes on from; null: it is over. */
    private final byte @Nullable [] next;

    Progress(long floor, byte @Nullable [] next) {
      this.floor = floor;
      this.next = next;
    }

    static Progress read(StoreSnapshot snapshot) throws StoreException {
      byte[] row = snapshot.get(ColumnFamily.META, ROW_KEY);
      if (row == null) {
        return new Progress(0, null);
      }
      RowReader in = new RowReader(ColumnFamily.META, row);
      int format = in.readByte();
      if (format != FORMAT_VERSION) {
        throw in.corrupt("is of the unknown format " + format);
      }
      long floor = in.readVarLong();
      byte[] next = in.readRest();
      return new Progress(floor, next.length == 0 ? null : next);
    }

    byte[] encode() {
      RowWriter row = new RowWriter(ROW_BYTES_TYPICAL).putByte(FORMAT_VERSION).putVarLong(floor);
      return next == null ? row.toBytes() : row.putBytes(next).toBytes();
    }

    /** Where a walk to this floor begins; null: there is nothing to do. The changes at the floor before are looked at again. */
    byte @Nullable [] from(long newFloor) {
      if (newFloor == floor) {
        return next;
      }
      byte[] again = OldVersions.from(floor);
      return next == null || Arrays.compareUnsigned(next, again) > 0 ? again : next;
    }
  }

  /**
   * What was done.
   *
   * @param more    whether there is more to do
   * @param removed versions deleted
   */
  record Piece(boolean more, int removed) {
    static final Piece NOTHING = new Piece(false, 0);
  }

  /** Any thread that may wait for a disk; one at a time. */
  static Piece removePiece(KeyValueStore store) throws StoreException {
    return removePiece(store, CHANGES_PER_PIECE);
  }

  static Piece removePiece(KeyValueStore store, int changesMax) throws StoreException {
    try (StoreSnapshot snapshot = store.snapshot()) {
      long floor = StateRecord.read(snapshot).compactedRevision();
      byte[] from = Progress.read(snapshot).from(floor);
      if (from == null) {
        return Piece.NOTHING;
      }
      WriteBatch batch = store.newBatch();
      OldVersions.Piece piece = OldVersions.remove(snapshot, from, floor, changesMax, batch);
      batch.put(ColumnFamily.META, ROW_KEY, new Progress(floor, piece.next()).encode());
      store.write(batch);
      return new Piece(piece.next() != null, piece.removed());
    }
  }
}
