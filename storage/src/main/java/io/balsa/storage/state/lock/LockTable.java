package io.balsa.storage.state.lock;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All locks in use: a cache of the rows of LOCK_REQUESTS (A2), rebuilt at open. It decides by what it holds and by what it is
 * given, nothing else (A1). Applier's thread only.
 *
 * <p>Whatever frees a lock only notes that a request may be granted now; {@link #grant} does so at the end of each entry, when
 * all that ends in it has ended (K5).
 */
public final class LockTable {
  /** Requests, held and waiting, of one session; and of one lock. */
  public static final int REQUESTS_MAX = 10_000;
  /** Grants that one entry makes, about; more come with the next entry. */
  static final int GRANTS_MAX = 10_000;

  private final TreeMap<String, LockQueue> locks = new TreeMap<>();
  private final TreeMap<Long, TreeMap<Long, LockRequest>> bySession = new TreeMap<>();
  private final TreeSet<LockRequest> waits = new TreeSet<>(LockRequest.BY_DEADLINE);
  /** Locks whose next request can be granted. */
  private final TreeSet<String> grantable = new TreeSet<>();
  private final List<LockRequest> touched = new ArrayList<>();
  private long lastToken;

  private LockTable(long lastToken) {
    this.lastToken = lastToken;
  }

  /** @param lastToken the last fencing token that was given */
  public static LockTable load(StoreReader reader, long lastToken) throws StoreException {
    LockTable table = new LockTable(lastToken);
    try (StoreIterator rows = reader.iterate(ColumnFamily.LOCK_REQUESTS, new byte[0], null)) {
      for (boolean onRow = rows.seekFirst(); onRow; onRow = rows.next()) {
        LockRequest request = LockRequest.decode(rows.key(), rows.value());
        table.add(request);
        table.refresh(request.name);
      }
    }
    return table;
  }

  /** Store-wide, kept through everything, never falls (K4). */
  public long lastToken() {
    return lastToken;
  }

  /** Requests of a session, held and waiting. */
  public int requestsOf(long session) {
    TreeMap<Long, LockRequest> requests = bySession.get(session);
    return requests == null ? 0 : requests.size();
  }

  /** Every request, by session and sequence. */
  public List<LockRequest> all() {
    List<LockRequest> all = new ArrayList<>();
    bySession.values().forEach(requests -> all.addAll(requests.values()));
    return all;
  }

  /** Whether a lock is held now with exactly this fencing token. */
  public boolean isHeld(String name, long token) {
    LockQueue lock = locks.get(name);
    return lock != null && lock.isHeldWith(token);
  }

  /** The cluster time at which the first wait runs out; {@link LockRequest#NEVER}: none does. */
  public long firstDeadlineNanos() {
    return waits.isEmpty() ? LockRequest.NEVER : waits.first().deadlineNanos;
  }

  /** Whether grants were put off to the next entry. */
  public boolean hasGrantable() {
    return !grantable.isEmpty();
  }

  /** Decides a request, and takes it in if it is HELD or WAITING (K2, K3, K5). */
  public LockVerdict acquire(LockAcquisition ask) {
    if (requestsOf(ask.session()) >= REQUESTS_MAX) {
      return new LockVerdict(LockVerdict.Kind.SESSION_FULL, requestsOf(ask.session()));
    }
    LockQueue lock = locks.get(ask.name());
    if (lock == null) {
      return take(ask, ++lastToken, 0);
    }
    if (lock.requests() >= REQUESTS_MAX) {
      return new LockVerdict(LockVerdict.Kind.LOCK_FULL, lock.requests());
    }
    OptionalLong permits = lock.permits();
    if (ask.shared() && permits.isPresent() && permits.getAsLong() != ask.permits()) {
      return new LockVerdict(LockVerdict.Kind.PERMITS_DIFFER, permits.getAsLong());
    }
    LockHolder holder = lock.holder(LockOwner.of(ask.session(), ask.owner(), ask.sequence()));
    if (holder != null) {
      return holder.reenters(ask.shared())
          ? take(ask, holder.token, 0)
          : new LockVerdict(LockVerdict.Kind.UPGRADE, holder.token);
    }
    if (lock.waiting() == 0 && lock.admits(ask.shared(), ask.permits())) {
      return take(ask, ++lastToken, 0);
    }
    return ask.deadlineNanos() == LockAcquisition.NOT_AT_ALL
        ? new LockVerdict(LockVerdict.Kind.GONE, 0)
        : take(ask, 0, lock.waiting());
  }

  private LockVerdict take(LockAcquisition ask, long token, int before) {
    LockRequest request = new LockRequest(ask.name(), ask.session(), ask.sequence(), ask.owner(), ask.shared(),
        ask.permits(), ask.order(), ask.clusterTimeNanos(),
        ask.deadlineNanos() == LockAcquisition.NOT_AT_ALL ? LockRequest.NEVER : ask.deadlineNanos(), token);
    add(request);
    touch(request);
    return token == 0
        ? new LockVerdict(LockVerdict.Kind.WAITING, before)
        : new LockVerdict(LockVerdict.Kind.HELD, token);
  }

  /** Withdraws a waiter or frees a holder. Returns what it was, or null if there is no such request. */
  public @Nullable LockRequest release(String name, long session, long sequence) {
    TreeMap<Long, LockRequest> requests = bySession.get(session);
    LockRequest request = requests == null ? null : requests.get(sequence);
    if (request == null || !request.name.equals(name)) {
      return null;
    }
    remove(request);
    return request;
  }

  /** Removes all requests of a session that ends. */
  public void endSession(long session) {
    TreeMap<Long, LockRequest> requests = bySession.get(session);
    if (requests != null) {
      List.copyOf(requests.values()).forEach(this::remove);
    }
  }

  /** Removes up to {@code max} requests whose wait has run out at {@code clusterTimeNanos}, by (deadline, order). */
  public void runOut(long clusterTimeNanos, int max) {
    for (int i = 0; i < max && firstDeadlineNanos() <= clusterTimeNanos && !waits.isEmpty(); i++) {
      remove(waits.first());
    }
  }

  /** Grants what can be granted, each lock's queue in its order, about {@link #GRANTS_MAX} requests (K5). */
  public void grant(long clusterTimeNanos) {
    int grants = 0;
    while (grants < GRANTS_MAX && !grantable.isEmpty()) {
      String name = grantable.first();
      LockQueue lock = lock(name);
      long token = ++lastToken;
      for (LockRequest request : lock.takeNext()) {
        waits.remove(request);
        request.token = token;
        request.sinceNanos = clusterTimeNanos;
        lock.hold(request);
        touch(request);
        grants++;
      }
      refresh(name);
    }
  }

  private void add(LockRequest request) {
    locks.computeIfAbsent(request.name, name -> new LockQueue()).add(request);
    bySession.computeIfAbsent(request.session, session -> new TreeMap<>()).put(request.sequence, request);
    if (!request.isHeld() && request.deadlineNanos != LockRequest.NEVER) {
      waits.add(request);
    }
  }

  private void remove(LockRequest request) {
    LockQueue lock = lock(request.name);
    lock.remove(request);
    if (lock.requests() == 0) {
      locks.remove(request.name);
    }
    waits.remove(request);
    TreeMap<Long, LockRequest> ofSession = bySession.get(request.session);
    if (ofSession != null && ofSession.remove(request.sequence) != null && ofSession.isEmpty()) {
      bySession.remove(request.session);
    }
    request.removed = true;
    touch(request);
    refresh(request.name);
  }

  private LockQueue lock(String name) {
    LockQueue lock = locks.get(name);
    if (lock == null) {
      throw new IllegalStateException("lock \"" + name + "\" is not in use");
    }
    return lock;
  }

  private void refresh(String name) {
    LockQueue lock = locks.get(name);
    if (lock != null && lock.canGrant()) {
      grantable.add(name);
    } else {
      grantable.remove(name);
    }
  }

  private void touch(LockRequest request) {
    if (!request.touched) {
      request.touched = true;
      touched.add(request);
    }
  }

  /** The requests that this batch made, changed or removed. */
  public List<LockRequest> touched() {
    return touched;
  }

  public void write(WriteBatch rows) {
    for (LockRequest request : touched) {
      if (request.removed) {
        rows.delete(ColumnFamily.LOCK_REQUESTS, request.rowKey());
      } else {
        rows.put(ColumnFamily.LOCK_REQUESTS, request.rowKey(), request.encode());
      }
    }
  }

  /** What this batch changed was published: the next one begins anew. */
  public void published() {
    if (!touched.isEmpty()) {
      touched.forEach(request -> request.touched = false);
      touched.clear();
    }
  }

  /** Everything that is cached, for comparing a live table with a rebuilt one. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("last token " + lastToken);
    locks.forEach((name, lock) -> text.append('\n').append(name).append(": ").append(lock));
    text.append("\nby session");
    bySession.forEach((session, requests) -> text.append(' ').append(session).append(requests.keySet()));
    text.append("\nwaits");
    waits.forEach(request -> text.append(' ').append(request.session).append('/').append(request.sequence));
    return text.append("\ngrantable ").append(grantable).toString();
  }
}
