package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.RangeChunk;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.mvcc.Ranges;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.mvcc.Versions;
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
  private volatile StateRecord published;

  StateReads(KeyValueStore store, StateRecord record, Collection<Lease> leases) {
    this.store = store;
    this.published = record;
    leases.forEach(lease -> sessions.put(lease.id, lease.view()));
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

  /** A hash of the state as it is now. Cheap; called on the applier's thread to be of a certain index. */
  public HashTask hash() throws StoreException {
    return new HashTask(store.snapshot());
  }

  /** The batch is written: now others see it. Applier's thread. */
  void publish(StateRecord record, List<Lease> touched) {
    for (Lease lease : touched) {
      if (lease.removed) {
        sessions.remove(lease.id);
      } else {
        sessions.put(lease.id, lease.view());
      }
    }
    published = record;
    waits.published(touched, this::session);
  }
}
