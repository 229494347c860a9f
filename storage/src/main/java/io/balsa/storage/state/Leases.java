package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.mvcc.Rows;
import java.util.Collection;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All live leases in memory, by id and by deadline: a cache of rows (A2), rebuilt at open. Applier's thread only. */
final class Leases {
  private final TreeMap<Long, Lease> byId = new TreeMap<>();
  private final TreeSet<Lease> byDeadline = new TreeSet<>(Lease.BY_DEADLINE);
  private final DroppedReplies dropped = new DroppedReplies();
  private long nextId;

  private Leases(long nextId) {
    this.nextId = nextId;
  }

  static Leases load(StoreReader reader, long nextId) throws StoreException {
    Leases leases = new Leases(nextId);
    try (StoreIterator rows = reader.iterate(ColumnFamily.LEASES, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        byte[] key = rows.key();
        long id = new RowReader(ColumnFamily.LEASES, key).readLong();
        leases.add(Lease.decode(id, rows.value(), reader.get(ColumnFamily.SESSIONS, key)));
      }
    }
    try (StoreIterator rows = reader.iterate(ColumnFamily.REPLIES, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        RowReader key = new RowReader(ColumnFamily.REPLIES, rows.key());
        long id = key.readLong();
        long sequence = key.readLong();
        Lease lease = leases.find(id);
        if (lease == null || sequence < lease.sequences.lowestAwaited()) {
          leases.dropped.add(id, sequence, sequence + 1);
        } else {
          lease.sequences.found(sequence, rows.value().length);
        }
      }
    }
    leases.dropped.endedBut(leases.byId::containsKey);
    return leases;
  }

  @Nullable
  Lease find(long id) {
    return byId.get(id);
  }

  @Nullable
  Lease findSession(long id) {
    Lease lease = byId.get(id);
    return lease != null && lease.session ? lease : null;
  }

  Collection<Lease> all() {
    return byId.values();
  }

  /** What is due first, by (deadline, id). */
  @Nullable
  Lease first() {
    return byDeadline.isEmpty() ? null : byDeadline.first();
  }

  long nextId() {
    return nextId;
  }

  Lease open(boolean session, long ttlMillis, long clusterTimeNanos) {
    Lease lease = new Lease(nextId++, session, ttlMillis, Lease.deadline(clusterTimeNanos, ttlMillis), 0,
        new SequenceTable());
    add(lease);
    return lease;
  }

  void renew(Lease lease, long clusterTimeNanos) {
    byDeadline.remove(lease);
    lease.deadlineNanos = Lease.deadline(clusterTimeNanos, lease.ttlMillis);
    byDeadline.add(lease);
  }

  void remove(Lease lease) {
    byId.remove(lease.id);
    byDeadline.remove(lease);
    dropped.add(lease.id, lease.sequences.storedFrom(), lease.sequences.firstPending());
    dropped.ended(lease.id);
  }

  /** Replies whose rows are still to be deleted. */
  DroppedReplies dropped() {
    return dropped;
  }

  private void add(Lease lease) {
    byId.put(lease.id, lease);
    byDeadline.add(lease);
  }

  static byte[] replyRow(long id, long sequence) {
    return Rows.leaseKey(id, Rows.number(sequence));
  }

  /** Everything that is cached, for comparing a live table with a rebuilt one. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("next id " + nextId);
    byId.values().forEach(lease -> text.append('\n').append(lease));
    text.append("\nby deadline");
    byDeadline.forEach(lease -> text.append(' ').append(lease.id));
    return text.toString();
  }
}
