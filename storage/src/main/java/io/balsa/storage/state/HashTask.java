package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.mvcc.Rows;
import io.balsa.storage.mvcc.Versions;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the state as of the moment the task was made (A8). It covers every table, but of versions only what can still be
 * seen at or above the compacted revision, and no reply that was acknowledged: what a node has not deleted yet, and others
 * have, makes no difference.
 *
 * <p>The hash is CRC32C and CRC32 of the same bytes, side by side: 64 bits, in the JDK, at the speed of memory because both
 * are machine instructions. It finds accidents, not forgers. Every field goes in with its length.
 */
public final class HashTask implements AutoCloseable {
  private final StoreSnapshot snapshot;
  private final CRC32C crc32c = new CRC32C();
  private final CRC32 crc32 = new CRC32();

  HashTask(StoreSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** Reads everything: takes its time, holds nobody up. Once, on any thread; ends the task. */
  public StateHash compute() throws StoreException {
    try (snapshot) {
      StateRecord record = StateRecord.read(snapshot);
      for (ColumnFamily family : ColumnFamily.values()) {
        number(family.position());
        switch (family) {
          case META -> field(record.encode());
          case VERSIONS -> versions(record.compactedRevision());
          case REVISIONS -> rows(family, Rows.number(record.compactedRevision()));
          case REPLIES -> replies();
          case CURRENT, LEASES, LEASE_KEYS, SESSIONS, LOCK_REQUESTS -> rows(family, new byte[0]);
        }
      }
      return new StateHash(record.applied().index(), record.revision(), record.compactedRevision(),
          crc32c.getValue() << Integer.SIZE | crc32.getValue());
    }
  }

  /** Gives up a task that is not computed. */
  @Override
  public void close() {
    snapshot.close();
  }

  private void rows(ColumnFamily family, byte[] from) throws StoreException {
    try (StoreIterator rows = snapshot.iterate(family, from, null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        field(rows.key());
        field(rows.value());
      }
    }
  }

  /**
   * Every version at or above the floor, tombstones included, and of the older ones the newest of each key if it can be seen
   * at the floor.
   */
  private void versions(long floor) throws StoreException {
    try (StoreIterator rows = snapshot.iterate(ColumnFamily.VERSIONS, new byte[0], null)) {
      byte @Nullable [] floorSeenOf = null;
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        byte[] row = rows.key();
        long revision = Rows.revisionOf(row);
        boolean counts = revision > floor;
        if (!counts && (floorSeenOf == null || !Rows.sameKey(floorSeenOf, row))) {
          floorSeenOf = row;
          counts = revision == floor || !Versions.isTombstone(rows.value());
        }
        if (counts) {
          field(row);
          field(rows.value());
        }
      }
    }
  }

  private void replies() throws StoreException {
    try (StoreIterator rows = snapshot.iterate(ColumnFamily.REPLIES, new byte[0], null)) {
      long session = 0;
      long lowestAwaited = Long.MAX_VALUE;
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        RowReader key = new RowReader(ColumnFamily.REPLIES, rows.key());
        long rowSession = key.readLong();
        if (rowSession != session) {
          session = rowSession;
          byte[] sessionRow = snapshot.get(ColumnFamily.SESSIONS, Rows.number(session));
          lowestAwaited = sessionRow == null ? Long.MAX_VALUE : Lease.lowestAwaited(sessionRow);
        }
        if (key.readLong() >= lowestAwaited) {
          field(rows.key());
          field(rows.value());
        }
      }
    }
  }

  private void field(byte[] bytes) {
    number(bytes.length);
    crc32c.update(bytes);
    crc32.update(bytes);
  }

  private void number(int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc32c.update(number >>> shift);
      crc32.update(number >>> shift);
    }
  }
}
