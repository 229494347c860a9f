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
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.Changes;
import io.balsa.storage.mvcc.ChangesChunk;
import io.balsa.storage.mvcc.ChangesQuery;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What others may read of the state while it is applied to. Any thread; what may touch the disk says so and belongs to
 * neither the raft thread nor an event loop (E2). A {@link StoreException} is fatal, as everywhere.
 */
public final class StateReads {
  private final SessionWaits waits = new SessionWaits();
  private final LockRequestViews lockRequests = new LockRequestViews();
  private volatile Published published;
  private volatile ChangeListener changeListener = ChangeListener.NONE;

  /**
   * What belongs together, so that an install replaces all of it in one step: rows of one state are never read with the revision or
   * the sessions of another. Between installs store and map stay the same objects, and the record says up to where they hold.
   */
  private record Published(KeyValueStore store, KeyCache cache, StateRecord record,
      ConcurrentSkipListMap<Long, SessionView> sessions, LeaseViews leases) {
    Published with(StateRecord newRecord) {
      return new Published(store, cache, newRecord, sessions, leases);
    }

    void publish(Lease lease) {
      if (lease.removed) {
        sessions.remove(lease.id);
      } else if (lease.session) {
        sessions.put(lease.id, lease.view());
      }
    }
  }

  StateReads(KeyValueStore store, KeyCache cache, StateRecord record, Collection<Lease> leases,
      Collection<LockRequest> requests) {
    lockRequests.replace(requests);
    published = newState(store, cache, record, leases);
  }

  private Published newState(KeyValueStore store, KeyCache cache, StateRecord record, Collection<Lease> leases) {
    Published state = new Published(store, cache, record, new ConcurrentSkipListMap<>(), new LeaseViews(lockRequests));
    for (Lease lease : leases) {
      state.leases.publish(lease);
      state.publish(lease);
    }
    return state;
  }

  private interface StoreRead<T, E extends Exception> {
    T from(Published state) throws E, StoreException;
  }

  /**
   * A read whose store an install has closed under it is repeated on the one that took its place, which holds all that the other
   * held, and more. So nobody outside sees a read fail because of an install.
   */
  @SuppressWarnings("ReferenceEquality") // the very store, not one that holds the same
  private <T, E extends Exception> T read(StoreRead<T, E> read) throws E, StoreException {
    while (true) {
      Published state = published;
      try {
        return read.from(state);
      } catch (StoreClosedException e) {
        if (state.store == published.store) {
          throw e;
        }
      }
    }
  }

  /** Of the keyspace, as of the last batch applied. In memory. */
  public long revision() {
    return published.record.revision();
  }

  /** Nothing below it can be read; 0: never compacted. In memory. */
  public long compactedRevision() {
    return published.record.compactedRevision();
  }

  /** T1. In memory. */
  public long clusterTimeNanos() {
    return published.record.clusterTimeNanos();
  }

  /** The last entry applied. In memory. */
  public LogId applied() {
    return published.record.applied();
  }

  /** The newest configuration applied; {@link Configuration#EMPTY} before the first. In memory. */
  public Configuration configuration() {
    return published.record.configuration();
  }

  /**
   * One key. Touches the disk.
   *
   * @param revision 0: the newest, which holds all that was applied before the call
   */
  public GetResult get(byte[] key, long revision) throws ReadRefused, StoreException {
    return read(state -> revision == 0 ? newest(state, key) : at(state, key, revision));
  }

  /**
   * The newest version of one key, if it lies in memory; else null, and {@link #get} is to be asked. What it says holds all that was
   * applied before the call. In memory.
   */
  public @Nullable GetResult getIfCached(byte[] key) {
    Published state = published;
    KeyState newest = state.cache.get(key);
    return newest == null || (newest.exists() && newest.value() == null) ? null : newest(state, key, newest);
  }

  private static GetResult newest(Published state, byte[] key) throws StoreException {
    long changesBefore = state.cache.changesSoFar(key);
    KeyState newest = Versions.newest(state.store, key);
    if (newest != null) {
      state.cache.keep(key, changesBefore, newest);
    }
    return newest(state, key, newest == null ? KeyState.ABSENT : newest);
  }

  /** @param newest as of some moment since {@code state} was published, so it may be newer than that */
  private static GetResult newest(Published state, byte[] key, KeyState newest) {
    return result(key, newest, Math.max(state.record.revision(), newest.modRevision()));
  }

  private static GetResult at(Published state, byte[] key, long revision) throws ReadRefused, StoreException {
    try (StoreSnapshot snapshot = state.store.snapshot()) {
      StateRecord record = StateRecord.read(snapshot);
      ReadRefused.check(revision, record.compactedRevision(), record.revision());
      return result(key, Versions.at(snapshot, key, revision), revision);
    }
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
    return read(state -> range(state, query));
  }

  private static RangeChunk range(Published state, RangeQuery query) throws ReadRefused, StoreException {
    try (StoreSnapshot snapshot = state.store.snapshot()) {
      StateRecord record = StateRecord.read(snapshot);
      long revision = query.revision() == 0 ? record.revision() : query.revision();
      ReadRefused.check(revision, record.compactedRevision(), record.revision());
      return Ranges.chunk(snapshot, query, revision);
    }
  }

  /**
   * One chunk of the history, within a snapshot of its own (R2). Touches the disk.
   *
   * @throws ReadRefused it begins below the compacted revision: the changes at that one are still there
   */
  public ChangesChunk changes(ChangesQuery query) throws ReadRefused, StoreException {
    return read(state -> {
      try (StoreSnapshot snapshot = state.store.snapshot()) {
        StateRecord record = StateRecord.read(snapshot);
        ReadRefused.check(query.from().revision(), record.compactedRevision(), Long.MAX_VALUE);
        return Changes.read(snapshot, query, record.compactedRevision());
      }
    });
  }

  /** Who hears of what apply changes from the next batch on; one at a time. Any thread. */
  public void listen(ChangeListener listener) {
    changeListener = listener;
  }

  /** In memory. */
  public SessionView session(long id) {
    // First what was issued, then the view: the other way round a session opened between would look expired.
    Published state = published;
    long nextId = state.record.nextLeaseId();
    SessionView view = state.sessions.get(id);
    if (view != null) {
      return view;
    }
    return id >= 1 && id < nextId ? SessionView.EXPIRED : SessionView.NEVER_ISSUED;
  }

  /** All live sessions' number. In memory; counts them. */
  public int sessionCount() {
    return published.sessions.size();
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
    Optional<byte[]> row = read(state -> {
      SessionView view = state.sessions.get(sessionId);
      if (view == null || sequence < view.lowestAwaited() || sequence > view.lastSequence()) {
        return Optional.empty();
      }
      return Optional.ofNullable(state.store.get(ColumnFamily.REPLIES, Leases.replyRow(sessionId, sequence)));
    });
    return row.isEmpty() ? null : StoredReplies.decode(row.get());
  }

  /** A lease or session as of the last batch applied, or null if there is none of this id. In memory. */
  public @Nullable LeaseInfo leaseView(long id) {
    Published state = published;
    return state.leases.info(id, state.record.clusterTimeNanos());
  }

  /** Leases and sessions by id, behind {@code afterId}. In memory. */
  public Page<LeaseInfo> leases(long afterId, int limit) {
    Published state = published;
    return state.leases.page(afterId, limit, state.record.clusterTimeNanos());
  }

  /**
   * The keys attached to a lease, in order, behind {@code afterKey}. Touches the disk.
   *
   * @param afterKey empty: from the first
   */
  public Page<ByteString> leaseKeys(long id, ByteString afterKey, int limit) throws StoreException {
    byte[] from = afterKey.isEmpty() ? Rows.number(id)
        : Rows.leaseKey(id, KeyBounds.behind(afterKey).toByteArray());
    return read(state -> {
      List<ByteString> keys = new ArrayList<>();
      try (StoreIterator rows = state.store.iterate(ColumnFamily.LEASE_KEYS, from, Rows.number(id + 1))) {
        boolean onRow = rows.seekFirst();
        while (onRow && keys.size() < limit) {
          keys.add(UnsafeByteOperations.unsafeWrap(Rows.userKeyOfLeaseKey(rows.key())));
          onRow = rows.next();
        }
        return new Page<>(keys, onRow);
      }
    });
  }

  /** Who holds a lock and who waits for it, or null if nobody does. Touches the disk. */
  public @Nullable LockInfo lock(String name) throws StoreException {
    Optional<LockInfo> lock = read(state -> {
      try (StoreSnapshot snapshot = state.store.snapshot()) {
        return Optional.ofNullable(lockReads(snapshot).lock(name));
      }
    });
    return lock.orElse(null);
  }

  /**
   * Locks in use, by name, behind {@code afterName}. A page ends early, but never within a lock, when it holds many requests.
   * Touches the disk.
   *
   * @param afterName empty: from the first
   */
  public Page<LockInfo> locks(String prefix, String afterName, int limit) throws StoreException {
    return read(state -> {
      try (StoreSnapshot snapshot = state.store.snapshot()) {
        LockReads reads = lockReads(snapshot);
        return new Page<>(reads.locks(prefix, afterName, limit), reads.more());
      }
    });
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
    return new HashTask(published.store.snapshot());
  }

  /**
   * The state is another one now, whole: rows, revision, sessions and leases change in one step, and every wait is judged again.
   * Applier's thread; the store before it is closed afterwards.
   */
  void replace(KeyValueStore store, KeyCache cache, StateRecord record, Collection<Lease> leases,
      Collection<LockRequest> requests) {
    // The requests first: whoever knows how far a session has come finds the requests that it has made.
    lockRequests.replace(requests);
    published = newState(store, cache, record, leases);
    waits.republished(this::session);
    lockRequests.retell(this::session);
    changeListener.replaced();
  }

  /** The batch is written: now others see it. Applier's thread. */
  void publish(StateRecord record, List<Lease> touched, List<LockRequest> requests, List<ChangedKey> changes) {
    Published state = published;
    lockRequests.publish(requests);
    for (Lease lease : touched) {
      if (lease.removed || lease.leaseChanged) {
        state.leases.publish(lease);
      }
      state.publish(lease);
    }
    published = state.with(record);
    waits.published(touched, this::session);
    lockRequests.tell(requests, this::session);
    StateRecord before = state.record;
    if (record.revision() != before.revision() || record.compactedRevision() != before.compactedRevision()) {
      changeListener.applied(before.revision(), record.revision(), record.compactedRevision(), changes);
    }
  }
}
