package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Fence;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.Rows;
import io.balsa.storage.mvcc.Versions;
import io.balsa.storage.state.lock.LockTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * One call of apply: what its entries have changed so far, which later ones of them read (A2), and the batch of rows that
 * grows meanwhile. Rows that may change again (CURRENT, leases, sessions, META) are added at the end, once. So are the versions that
 * are the newest then, in the order of their keys: a memtable takes neighbours faster than rows at random.
 */
final class ApplyBatch implements KeyView {
  private static final byte[] EMPTY = new byte[0];

  private final KeyValueStore store;
  private final KeyCache cache;
  private final Leases leases;
  private final LockTable locks;
  private final WriteBatch rows;
  private final Overlay<KeyState> keys = new Overlay<>(ColumnFamily.CURRENT, KeyState::decode, KeyState::exists);
  private final Overlay<Boolean> leaseKeys = new Overlay<>(ColumnFamily.LEASE_KEYS, value -> true, present -> present);
  private final List<Lease> touched = new ArrayList<>();
  /** What was added to REVISIONS, in order. */
  private final List<ChangedKey> changedKeys = new ArrayList<>();
  private final StateRecord before;
  private Configuration configuration;
  private long entryIndex;
  private long clusterTimeNanos;
  private long revision;
  private long compactedRevision;

  ApplyBatch(KeyValueStore store, KeyCache cache, Leases leases, LockTable locks, StateRecord before) {
    this.store = store;
    this.cache = cache;
    this.leases = leases;
    this.locks = locks;
    this.before = before;
    this.rows = store.newBatch();
    configuration = before.configuration();
    clusterTimeNanos = before.clusterTimeNanos();
    revision = before.revision();
    compactedRevision = before.compactedRevision();
  }

  /** The entry that is applied next; its stamp moves the clock (T1). */
  void begin(Entry entry) {
    entryIndex = entry.index();
    clusterTimeNanos = Math.max(clusterTimeNanos, entry.stampNanos());
  }

  /** All that ends with the entry has ended: whoever is next is granted what became free (K5). */
  void end() {
    locks.grant(clusterTimeNanos);
  }

  long entryIndex() {
    return entryIndex;
  }

  long clusterTimeNanos() {
    return clusterTimeNanos;
  }

  long revision() {
    return revision;
  }

  long compactedRevision() {
    return compactedRevision;
  }

  /** No revision below it can be read from here on. The versions stay where they are: {@link HistoryRemoval}. */
  void compactTo(long floor) {
    compactedRevision = floor;
  }

  int clusterVersion() {
    return before.clusterVersion();
  }

  void setConfiguration(Configuration newConfiguration) {
    configuration = newConfiguration;
  }

  Leases leases() {
    return leases;
  }

  LockTable locks() {
    return locks;
  }

  // Keys

  @Override
  public KeyState current(byte[] key) throws StoreException {
    KeyState state = keys.changed(key);
    if (state == null) {
      state = cache.get(key);
    }
    return state != null ? state : Versions.current(store, key);
  }

  @Override
  public ByteString value(byte[] key, KeyState state) throws StoreException {
    ByteString value = state.value();
    return value != null ? value : Versions.value(store, key, state.modRevision());
  }

  @Override
  public List<Overlay.Row<KeyState>> scan(KeyBounds bounds, int max, boolean descending) throws StoreException {
    ByteString end = bounds.end();
    return keys.scan(store, bounds.start().toByteArray(), end == null ? null : end.toByteArray(), max, descending);
  }

  @Override
  public @Nullable Lease lease(long id) {
    return leases.find(id);
  }

  @Override
  public int keysOf(Lease lease) {
    return lease.keyCount;
  }

  @Override
  public boolean isHeld(Fence fence) {
    return locks.isHeld(fence.getLock(), fence.getToken());
  }

  /** The keys within bounds that this batch changed, in order. */
  NavigableMap<byte[], KeyState> changed(KeyBounds bounds) {
    ByteString end = bounds.end();
    return keys.changes(bounds.start().toByteArray(), end == null ? null : end.toByteArray());
  }

  /** What was added to REVISIONS by this batch, in order. The rows of {@link #stored} come before. */
  List<ChangedKey> changedKeys() {
    return changedKeys;
  }

  /** The rows as they were before this batch. */
  StoreReader stored() {
    return store;
  }

  /** Makes the changes of one command, all at the next revision. None: nothing happens (A5). */
  void change(List<Outcome.KeyChange> changes) {
    if (changes.isEmpty()) {
      return;
    }
    revision++;
    for (int sub = 0; sub < changes.size(); sub++) {
      Outcome.KeyChange change = changes.get(sub);
      ByteString value = change.value;
      KeyState state = value == null ? KeyState.deleted(revision)
          : change.old.changed(revision, change.lease, value);
      changedKeys.add(ChangedKey.of(revision, sub, change.key, state));
      Versions.putChange(rows, change.key, change.old, state, sub);
      KeyState superseded = keys.set(change.key, state);
      if (superseded != null) {
        Versions.putVersion(rows, change.key, superseded);
      }
      attach(change.key, change.old.lease(), state.lease());
    }
  }

  private void attach(byte[] key, long oldLease, long newLease) {
    if (oldLease == newLease) {
      return;
    }
    if (oldLease != 0) {
      leaseKeys.set(Rows.leaseKey(oldLease, key), false);
      count(oldLease, -1);
    }
    if (newLease != 0) {
      leaseKeys.set(Rows.leaseKey(newLease, key), true);
      count(newLease, 1);
    }
  }

  private void count(long leaseId, int change) {
    Lease lease = leases.find(leaseId);
    if (lease != null) {
      lease.keyCount += change;
      changed(lease);
    }
  }

  /** Deletions of all keys of a lease, in the order of the keys. */
  List<Outcome.KeyChange> deletionsOf(Lease lease) throws StoreException {
    List<Outcome.KeyChange> deletions = new ArrayList<>(lease.keyCount);
    if (lease.keyCount == 0) {
      return deletions;
    }
    for (var row : leaseKeys.scan(store, Rows.number(lease.id), Rows.number(lease.id + 1), Integer.MAX_VALUE,
        false)) {
      byte[] key = Rows.userKeyOfLeaseKey(row.key);
      deletions.add(Outcome.KeyChange.delete(key, current(key)));
    }
    return deletions;
  }

  // Leases and sessions

  Lease grantLease(long ttlMillis) {
    Lease lease = leases.open(false, ttlMillis, clusterTimeNanos);
    changed(lease);
    return lease;
  }

  Lease openSession(long ttlMillis) {
    Lease lease = leases.open(true, ttlMillis, clusterTimeNanos);
    changed(lease);
    sequencesChanged(lease);
    return lease;
  }

  void renew(Lease lease) {
    leases.renew(lease, clusterTimeNanos);
    changed(lease);
  }

  /** Ends a lease: its keys go, at one revision if there are any (A5), and so do its sequences, replies and lock requests. */
  void end(Lease lease) throws StoreException {
    change(deletionsOf(lease));
    locks.endSession(lease.id);
    leases.remove(lease);
    lease.removed = true;
    touch(lease);
  }

  void acknowledge(Lease lease, long lowestAwaited) {
    if (lease.sequences.acknowledge(lowestAwaited)) {
      sequencesChanged(lease);
    }
  }

  void executed(Lease lease, byte[] reply) {
    lease.sequences.executed(reply);
    sequencesChanged(lease);
  }

  /** A stored reply at or above the lowest awaited sequence. */
  byte @Nullable [] reply(Lease lease, long sequence) throws StoreException {
    byte[] pending = lease.sequences.pendingReply(sequence);
    return pending != null ? pending : store.get(ColumnFamily.REPLIES, Leases.replyRow(lease.id, sequence));
  }

  private void changed(Lease lease) {
    lease.leaseChanged = true;
    touch(lease);
  }

  private void sequencesChanged(Lease lease) {
    lease.sequencesChanged = true;
    touch(lease);
  }

  private void touch(Lease lease) {
    if (!lease.touched) {
      lease.touched = true;
      touched.add(lease);
    }
  }

  /** The leases that this batch opened, changed or removed. */
  List<Lease> touched() {
    return touched;
  }

  // The end

  /** Writes everything, with the record of what was applied (A3), as one batch. */
  StateRecord write(Entry last) throws StoreException {
    for (Map.Entry<byte[], KeyState> key : keys.changes()) {
      Versions.putVersion(rows, key.getKey(), key.getValue());
      if (key.getValue().exists()) {
        rows.put(ColumnFamily.CURRENT, key.getKey(), key.getValue().encode());
      } else {
        rows.delete(ColumnFamily.CURRENT, key.getKey());
      }
    }
    for (Map.Entry<byte[], Boolean> key : leaseKeys.changes()) {
      if (key.getValue()) {
        rows.put(ColumnFamily.LEASE_KEYS, key.getKey(), EMPTY);
      } else {
        rows.delete(ColumnFamily.LEASE_KEYS, key.getKey());
      }
    }
    touched.forEach(this::writeLease);
    leases.dropped().deleteSome(rows);
    locks.write(rows);
    StateRecord after = new StateRecord(before.clusterVersion(), last.id(), last.stampNanos(), clusterTimeNanos,
        revision, compactedRevision, leases.nextId(), locks.lastToken(), configuration);
    rows.put(ColumnFamily.META, StateRecord.rowKey(), after.encode());
    store.write(rows);
    cache.changed(keys.changes());
    return after;
  }

  private void writeLease(Lease lease) {
    byte[] row = Rows.number(lease.id);
    if (lease.removed) {
      rows.delete(ColumnFamily.LEASES, row);
      rows.delete(ColumnFamily.SESSIONS, row);
    } else {
      if (lease.leaseChanged) {
        rows.put(ColumnFamily.LEASES, row, lease.encodeLease());
      }
      if (lease.sequencesChanged) {
        rows.put(ColumnFamily.SESSIONS, row, lease.encodeSession());
        writeReplies(lease);
      }
    }
  }

  /** What this batch changed was published: the next one begins anew. */
  void published() {
    for (Lease lease : touched) {
      lease.leaseChanged = false;
      lease.sequencesChanged = false;
      lease.touched = false;
    }
    locks.published();
  }

  private void writeReplies(Lease lease) {
    SequenceTable sequences = lease.sequences;
    long first = sequences.firstPending();
    for (long sequence = Math.max(first, sequences.lowestAwaited()); sequence <= sequences.last(); sequence++) {
      byte[] reply = sequences.pendingReply(sequence);
      if (reply != null) {
        rows.put(ColumnFamily.REPLIES, Leases.replyRow(lease.id, sequence), reply);
      }
    }
    leases.dropped().add(lease.id, sequences.storedFrom(), Math.min(sequences.lowestAwaited(), first));
    sequences.written();
  }
}
