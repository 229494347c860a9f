package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the state of a backup the one that a new cluster begins with (E4). What clients of the old cluster may still hold must never mean
 * something in the new one: sessions, leases and locks end, with the keys of leases, as if they had been revoked; revisions, ids
 * and tokens go on far above all that the old cluster can have given out since; history below that cannot be read, so nobody
 * mistakes a revision of one for one of the other.
 */
public final class RestoredState {
  /**
   * What it says that it has applied. No log of the new cluster holds this entry, each begins behind it: a node that starts with nothing
   * can never replay such a log into a state that lacks what was restored.
   */
  public static final LogId APPLIED = new LogId(1, 1);

  private static final long RAISE = 1_000_000_000L;
  private static final int ROWS_PER_BATCH = 4_096;

  private RestoredState() {
  }

  /** Durable when it returns. The same bytes lead to the same state, on whatever machine. */
  public static void make(KeyValueStore store) throws StoreException {
    endLeases(store);
    deleteAll(store, ColumnFamily.REPLIES);
    for (ColumnFamily family : List.of(ColumnFamily.LEASES, ColumnFamily.LEASE_KEYS, ColumnFamily.SESSIONS)) {
      try (StoreIterator rows = store.iterate(family, new byte[0], null)) {
        if (rows.seekFirst()) {
          throw new StoreException("table " + family.storedName() + " of the backup has rows that belong to no lease");
        }
      }
    }
    StateRecord record = StateRecord.read(store);
    long revision = record.revision() + RAISE;
    StateRecord restored = new StateRecord(record.clusterVersion(), APPLIED, record.stampNanos(),
        record.clusterTimeNanos(), revision, revision, record.nextLeaseId() + RAISE, record.lastToken() + RAISE,
        Configuration.EMPTY);
    WriteBatch batch = store.newBatch();
    batch.put(ColumnFamily.META, StateRecord.rowKey(), restored.encode());
    store.write(batch);
    store.flush();
  }

  /** By the state machine itself, as the old cluster would have done it. */
  private static void endLeases(KeyValueStore store) throws StoreException {
    KvStateMachine machine = KvStateMachine.open(store);
    List<Long> ids = new ArrayList<>();
    try (StoreIterator rows = store.iterate(ColumnFamily.LEASES, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        ids.add(new RowReader(ColumnFamily.LEASES, rows.key()).readLong());
      }
    }
    AppliedState last = machine.appliedState();
    long term = Math.max(1, last.applied().term());
    long index = last.applied().index();
    for (long id : ids) {
      Command revoke = Command.newBuilder().setVersion(1)
          .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(id)).build();
      machine.apply(List.of(
          new Entry(EntryType.COMMAND, term, ++index, last.stampNanos(), Bytes.wrap(revoke.toByteArray()))));
    }
  }

  private static void deleteAll(KeyValueStore store, ColumnFamily family) throws StoreException {
    boolean more = true;
    while (more) {
      WriteBatch batch = store.newBatch();
      try (StoreIterator rows = store.iterate(family, new byte[0], null)) {
        int count = 0;
        for (more = rows.seekFirst(); more && count < ROWS_PER_BATCH; more = rows.next()) {
          batch.delete(family, rows.key());
          count++;
        }
      }
      store.write(batch);
    }
  }
}
