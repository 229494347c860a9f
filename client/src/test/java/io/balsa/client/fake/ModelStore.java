package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.CompactResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.LeaseGrantResponse;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.LeaseRevokeResponse;
import io.balsa.proto.v1.LockAwaitResponse;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockReleaseResponse;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state as a client sees it: keys, sessions by S1 to S3, leases, locks. One for all nodes of a fake cluster.
 */
public final class ModelStore {
  /** Every effect in the order applied, for tests that count. */
  public record Applied(long sessionId, long sequence, StreamRequest request) {}

  /** A lease; with replies it is a session. */
  private static final class Held {
    final boolean session;
    long ttlMillis;
    long renewedAt;
    boolean over;
    long last;
    final TreeMap<Long, StreamReply> replies = new TreeMap<>();

    Held(boolean session, long ttlMillis, long renewedAt) {
      this.session = session;
      this.ttlMillis = ttlMillis;
      this.renewedAt = renewedAt;
    }
  }

  private static final long SESSION_TTL_MILLIS = 10_000;

  private final ModelLocks locks = new ModelLocks();
  private final ModelKeys keys = new ModelKeys(locks::isHeld);
  private final TreeMap<Long, Held> leases = new TreeMap<>();
  private final List<Applied> applied = new ArrayList<>();
  private final LongSupplier nowMillis;
  private long nextLease = 1;

  /** On the machine's clock. */
  public ModelStore() {
    this(() -> System.nanoTime() / 1_000_000);
  }

  /** On this clock. */
  public ModelStore(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  // ---- sessions and leases

  public synchronized long open() {
    return open(SESSION_TTL_MILLIS);
  }

  public synchronized long open(long ttlMillis) {
    leases.put(nextLease, new Held(true, ttlMillis, nowMillis.getAsLong()));
    return nextLease++;
  }

  public synchronized void expire(long id) {
    Held lease = leases.get(id);
    if (lease != null && !lease.over) {
      lease.over = true;
      locks.endSession(id);
      keys.begin();
      keys.deleteOf(id);
      keys.commit();
    }
  }

  /** Ends what is due (T4): leases first, then the waits of locks. */
  public synchronized void expireDue() {
    long now = nowMillis.getAsLong();
    List<Long> due = leases.entrySet().stream()
        .filter(lease -> !lease.getValue().over && lease.getValue().renewedAt + lease.getValue().ttlMillis <= now)
        .map(Map.Entry::getKey).toList();
    due.forEach(this::expire);
    locks.expireWaits(now);
  }

  /** Whether it lives; then it lives for another TTL. */
  public synchronized boolean renew(long id) {
    Held lease = leases.get(id);
    if (lease == null || lease.over) {
      return false;
    }
    lease.renewedAt = nowMillis.getAsLong();
    return true;
  }

  public synchronized boolean lives(long id) {
    Held lease = leases.get(id);
    return lease != null && !lease.over;
  }

  public synchronized long ttlMillis(long id) {
    return leases.get(id).ttlMillis;
  }

  public synchronized List<Long> liveSessions() {
    return leases.keySet().stream().filter(id -> leases.get(id).session && lives(id)).toList();
  }

  /** Leases that live, sessions left out. */
  public synchronized List<Long> liveLeases() {
    return leases.keySet().stream().filter(id -> !leases.get(id).session && lives(id)).toList();
  }

  public synchronized LeaseInfo info(long id) {
    Held lease = leases.get(id);
    long left = lease.renewedAt + lease.ttlMillis - nowMillis.getAsLong();
    return LeaseInfo.newBuilder().setLeaseId(id).setTtlMillis(lease.ttlMillis).setRemainingMillis(Math.max(0, left))
        .setSession(lease.session).setLockCount((int) locks.requestsOf(id)).setKeyCount(keysOf(id).size()).build();
  }

  public synchronized List<ByteString> keysOf(long id) {
    return range(ByteString.copyFrom(new byte[1]), ByteString.copyFrom(new byte[1])).stream()
        .filter(kv -> kv.getLease() == id).map(KeyValue::getKey).toList();
  }

  public synchronized long last(long sessionId) {
    return leases.get(sessionId).last;
  }

  // ---- what tests look at

  /** The session of the newest mutation. */
  public synchronized long sessionInUse() {
    return applied.get(applied.size() - 1).sessionId();
  }

  public synchronized List<Applied> applied() {
    return List.copyOf(applied);
  }

  public synchronized long revision() {
    return keys.revision();
  }

  public synchronized long compacted() {
    return keys.compacted();
  }

  /** What this revision did to the keys of a range. */
  public synchronized List<Event> events(long revision, KeyRange range) {
    return keys.events(revision, range);
  }

  public synchronized void compact(long revision) {
    keys.compact(revision);
  }

  public synchronized boolean isLockHeld(String name, long sessionId, long sequence) {
    return locks.isHeld(name, sessionId, sequence);
  }

  public synchronized List<LockInfo> locks(String prefix) {
    return locks.infos(prefix);
  }

  public synchronized long lockRequestsOf(long sessionId) {
    return locks.requestsOf(sessionId);
  }

  // ---- apply

  /** S3 at apply; the caller keeps S2, the order at the door. */
  public synchronized StreamReply apply(long sessionId, long lowestAwaited, StreamRequest request) {
    Held session = leases.get(sessionId);
    session.replies.headMap(lowestAwaited).clear();
    long sequence = request.getSequence();
    if (sequence <= session.last) {
      StreamReply stored = session.replies.get(sequence);
      return stored != null
          ? stored
          : refused(request, Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.REPLY_DROPPED, "acknowledged"));
    }
    if (sequence != session.last + 1) {
      throw new IllegalStateException("a gap at the door: " + sequence + " after " + session.last);
    }
    session.last = sequence;
    applied.add(new Applied(sessionId, sequence, request));
    StreamReply reply = execute(sessionId, request);
    session.replies.put(sequence, reply);
    return reply;
  }

  /** A command without a session, or a read. */
  public synchronized StreamReply execute(StreamRequest request) {
    return execute(0, request);
  }

  private StreamReply execute(long sessionId, StreamRequest request) {
    StreamReply.Builder reply = StreamReply.newBuilder().setSequence(request.getSequence())
        .setReadId(request.getReadId());
    keys.begin();
    try {
      switch (request.getOpCase()) {
        case PUT -> {
          if (request.getPut().getLease() != 0 && !lives(request.getPut().getLease())) {
            throw new ModelKeys.Refused(ErrorCode.NOT_FOUND, Errors.LEASE_NOT_FOUND, "no such lease");
          }
          reply.setPut(keys.put(request.getPut()));
        }
        case DELETE -> reply.setDelete(keys.delete(request.getDelete()));
        case INCR -> reply.setIncr(keys.incr(request.getIncr()));
        case TXN -> reply.setTxn(keys.txn(request.getTxn()));
        case GET -> reply.setGet(keys.get(request.getGet()));
        case LEASE_GRANT -> reply.setLeaseGrant(grant(request.getLeaseGrant().getTtlMillis()));
        case LEASE_REVOKE -> reply.setLeaseRevoke(revoke(request.getLeaseRevoke().getLeaseId()));
        case LOCK_ACQUIRE -> reply.setLockAcquire(
            locks.acquire(id(sessionId, request.getSequence()), request.getLockAcquire(), nowMillis.getAsLong()));
        case LOCK_RELEASE -> reply.setLockRelease(LockReleaseResponse.newBuilder()
            .setWas(locks.release(request.getLockRelease().getName(), request.getLockRelease().getRequest())));
        case COMPACT -> {
          keys.compactTo(request.getCompact().getRevision());
          reply.setCompact(CompactResponse.getDefaultInstance());
        }
        case LOCK_AWAIT, OP_NOT_SET -> throw new IllegalArgumentException("not to be applied: " + request.getOpCase());
      }
    } catch (ModelKeys.Refused e) {
      return refused(request, e.error);
    }
    keys.commit();
    return reply.setRevision(keys.revision()).build();
  }

  private static LockRequestId id(long sessionId, long sequence) {
    return LockRequestId.newBuilder().setSessionId(sessionId).setSequence(sequence).build();
  }

  private LeaseGrantResponse grant(long ttlMillis) {
    leases.put(nextLease, new Held(false, ttlMillis, nowMillis.getAsLong()));
    return LeaseGrantResponse.newBuilder().setLeaseId(nextLease++).setTtlMillis(ttlMillis).build();
  }

  private LeaseRevokeResponse revoke(long id) {
    if (!lives(id)) {
      throw new ModelKeys.Refused(ErrorCode.NOT_FOUND, Errors.LEASE_NOT_FOUND, "no lease " + id);
    }
    leases.get(id).over = true;
    locks.endSession(id);
    return LeaseRevokeResponse.newBuilder().setDeleted(keys.deleteOf(id)).build();
  }

  /** Null: it still waits. */
  public synchronized @Nullable StreamReply await(StreamRequest request) {
    LockAwaitResponse outcome = locks.outcome(request.getLockAwait().getName(), request.getLockAwait().getRequest());
    return outcome == null
        ? null
        : StreamReply.newBuilder().setReadId(request.getReadId()).setLockAwait(outcome).build();
  }

  /** The rows of a range now. */
  public synchronized List<KeyValue> range(ByteString start, ByteString end) {
    return rows(RangeRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(start).setEnd(end)).build());
  }

  /** The rows of a range as asked for, without regard to the limit. */
  public synchronized List<KeyValue> rows(RangeRequest request) {
    return keys.rows(request);
  }

  private static StreamReply refused(StreamRequest request, Error error) {
    return StreamReply.newBuilder().setSequence(request.getSequence()).setReadId(request.getReadId()).setError(error)
        .build();
  }
}
