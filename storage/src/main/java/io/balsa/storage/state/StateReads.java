package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.LockInfo;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.RangeChunk;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.Ranges;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.mvcc.Rows;
import io.balsa.storage.mvcc.Versions;
import io.balsa.storage.state.lock.LockReads;
import io.balsa.storage.state.lock.LockRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What others may read of the state while it is applied to. Any thread; what may touch the disk says so and belongs to
 * neither the raft thread nor an event loop (E2). A {@link StoreException} is fatal, as everywhere.
 */
public final class StateReads {
  private final KeyValueStore store;
  private final ConcurrentSkipListMap<Long, SessionView> sessions = new ConcurrentSkipListMap<>();
  private final SessionWaits waits = new SessionWaits();
  private final LockRequestViews lockRequests = new LockRequestViews();
  private final LeaseViews leaseViews = new LeaseViews(lockRequests);
  private volatile StateRecord published;

  StateReads(KeyValueStore store, StateRecord record, Collection<Lease> leases, Collection<LockRequest> requests) {
    this.store = store;
    this.published = record;
    lockRequests.publish(requests);
    for (Lease lease : leases) {
      leaseViews.publish(lease);
      publish(lease);
    }
  }

  /** Of the keyspace, as of the last batch applied. In memory. */
  public long revision() {
    return published.revision();
  }

  /** Nothing below it can be read; 0: never compacted. In memory. */
  public long compactedRevision() {
    return published.compactedRevision();
  }

  /** T1. In memory. */
  public long clusterTimeNanos() {
    return published.clusterTimeNanos();
  }

  /** The last entry applied. In memory. */
  public LogId applied() {
    return published.applied();
  }

  /** The newest configuration applied; {@link Configuration#EMPTY} before the first. In memory. */
  public Configuration configuration() {
    return published.configuration();
  }

  /**
   * One key. Touches the disk.
   *
   * @param revision 0: the newest, which holds all that was applied before the call
   */
  public GetResult get(byte[] key, long revision) throws ReadRefused, StoreException {
    if (revision != 0) {
      try (StoreSnapshot snapshot = store.snapshot()) {
        StateRecord record = StateRecord.read(snapshot);
        ReadRefused.check(revision, record.compactedRevision(), record.revision());
        return result(key, Versions.at(snapshot, key, revision), revision);
      }
    }
    long atLeast = published.revision();
    KeyState newest = Versions.newest(store, key);
    return result(key, newest, newest == null ? atLeast : Math.max(atLeast, newest.modRevision()));
  }

  private static GetResult result(byte[] key, @Nullable KeyState state, long revision) {
    return new GetResult(state == null || state.value() == null ? null : state.toKeyValue(key, state.value()),
        revision);
  }

  /**
   * One chunk of a range, within a snapshot of its own (R2): go on with {@code query.after(chunk.nextAfter(), chunk.revision())}
   * for as long as it is not complete. Touches the disk.
   *
   * @throws ReadRefused also in the middle of a range, when its revision was compacted meanwhile
   */
  public RangeChunk range(RangeQuery query) throws ReadRefused, StoreException {
    try (StoreSnapshot snapshot = store.snapshot()) {
      StateRecord record = StateRecord.read(snapshot);
      long revision = query.revision() == 0 ? record.revision() : query.revision();
      ReadRefused.check(revision, record.compactedRevision(), record.revision());
      return Ranges.chunk(snapshot, query, revision);
    }
  }

  /** In memory. */
  public SessionView session(long id) {
    // First what was issued, then the view: the other way round a session opened between would look expired.
    long nextId = published.nextLeaseId();
    SessionView view = sessions.get(id);
    if (view != null) {
      return view;
    }
    return id >= 1 && id < nextId ? SessionView.EXPIRED : SessionView.NEVER_ISSUED;
  }

  /** All live sessions' number. In memory; counts them. */
  public int sessionCount() {
    return sessions.size();
  }

  /**
   * Waits until a session's last sequence is at or behind {@code after} (S5), or the session is gone. Calls back at once on
   * this thread, or later on the applier's. A session that was not issued here yet is waited for: whoever waits bounds it.
   *
   * @return gives up waiting; a callback that has begun is not stopped
   */
  public Runnable awaitSession(long id, long after, SessionCallback callback) {
    return waits.await(id, after, callback, this::session);
  }

  /** The result of a sequence that was applied, or null if it was dropped, or never applied. Touches the disk. */
  public @Nullable Result storedReply(long sessionId, long sequence) throws StoreException {
    SessionView view = session(sessionId);
    if (view.state() != SessionView.State.LIVE || sequence < view.lowestAwaited() || sequence > view.lastSequence()) {
      return null;
    }
    byte[] row = store.get(ColumnFamily.REPLIES, Leases.replyRow(sessionId, sequence));
    return row == null ? null : StoredReplies.decode(row);
  }

  /** A lease or session as of the last batch applied, or null if there is none of this id. In memory. */
  public @Nullable LeaseInfo leaseView(long id) {
    return leaseViews.info(id, published.clusterTimeNanos());
  }

  /** Leases and sessions by id, behind {@code afterId}. In memory. */
  public Page<LeaseInfo> leases(long afterId, int limit) {
    return leaseViews.page(afterId, limit, published.clusterTimeNanos());
  }

  /**
   * The keys attached to a lease, in order, behind {@code afterKey}. Touches the disk.
   *
   * @param afterKey empty: from the first
   */
  public Page<ByteString> leaseKeys(long id, ByteString afterKey, int limit) throws StoreException {
    byte[] from = afterKey.isEmpty() ? Rows.number(id)
        : Rows.leaseKey(id, KeyBounds.behind(afterKey).toByteArray());
    List<ByteString> keys = new ArrayList<>();
    try (StoreIterator rows = store.iterate(ColumnFamily.LEASE_KEYS, from, Rows.number(id + 1))) {
      boolean onRow = rows.seekFirst();
      while (onRow && keys.size() < limit) {
        keys.add(UnsafeByteOperations.unsafeWrap(Rows.userKeyOfLeaseKey(rows.key())));
        onRow = rows.next();
      }
      return new Page<>(keys, onRow);
    }
  }

  /** Who holds a lock and who waits for it, or null if nobody does. Touches the disk. */
  public @Nullable LockInfo lock(String name) throws StoreException {
    try (StoreSnapshot snapshot = store.snapshot()) {
      return lockReads(snapshot).lock(name);
    }
  }

  /**
   * Locks in use, by name, behind {@code afterName}. A page ends early, but never within a lock, when it holds many requests.
   * Touches the disk.
   *
   * @param afterName empty: from the first
   */
  public Page<LockInfo> locks(String prefix, String afterName, int limit) throws StoreException {
    try (StoreSnapshot snapshot = store.snapshot()) {
      LockReads reads = lockReads(snapshot);
      return new Page<>(reads.locks(prefix, afterName, limit), reads.more());
    }
  }

  private static LockReads lockReads(StoreSnapshot snapshot) throws StoreException {
    return new LockReads(snapshot, StateRecord.read(snapshot).clusterTimeNanos());
  }

  /** What became of a lock request. In memory. */
  public LockRequestState lockRequest(String name, long session, long sequence) {
    return lockRequests.state(name, new LockRequestKey(session, sequence), this::session);
  }

  /**
   * Waits until a lock request is applied here and waits no longer (K2). Calls back at once on this thread, or later on the
   * applier's.
   *
   * @return gives up waiting; a callback that has begun is not stopped
   */
  public Runnable awaitLock(String name, long session, long sequence, LockCallback callback) {
    return lockRequests.await(name, new LockRequestKey(session, sequence), callback, this);
  }

  /** A hash of the state as it is now. Cheap; called on the applier's thread to be of a certain index. */
  public HashTask hash() throws StoreException {
    return new HashTask(store.snapshot());
  }

  /** The batch is written: now others see it. Applier's thread. */
  void publish(StateRecord record, List<Lease> touched, List<LockRequest> requests) {
    lockRequests.publish(requests);
    for (Lease lease : touched) {
      if (lease.removed || lease.leaseChanged) {
        leaseViews.publish(lease);
      }
      publish(lease);
    }
    published = record;
    waits.published(touched, this::session);
    lockRequests.tell(requests, this::session);
  }

  private void publish(Lease lease) {
    if (lease.removed) {
      sessions.remove(lease.id);
    } else if (lease.session) {
      sessions.put(lease.id, lease.view());
    }
  }
}
