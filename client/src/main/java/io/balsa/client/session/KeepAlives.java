package io.balsa.client.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a lease is renewed (a session is one), and until when its client may believe in it (K1): the time of first sending the newest
 * KeepAlive that was answered OK, plus the TTL granted x 0.99 - 50 ms, where elapsed time is the larger of what the monotonic
 * and the wall clock say. Confined to the client's thread, but for {@link #validFor}, which any thread may ask.
 */
final class KeepAlives {
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int OUTSTANDING_MAX = 64;

  /** A moment on both clocks. */
  record Moment(long monotonicNanos, long wallMillis) {
    long elapsedUntil(Moment later) {
      return Math.max(later.monotonicNanos - monotonicNanos,
          TimeUnit.MILLISECONDS.toNanos(later.wallMillis - wallMillis));
    }
  }

  private record Sent(long requestId, Moment at) {}

  /** What the newest answer promised. */
  private record Promise(Moment since, long nanos) {}

  private final Deque<Sent> outstanding = new ArrayDeque<>();
  private volatile @Nullable Promise promise;
  private long ttlNanos;
  private long dueAt;
  private long nextRequestId;

  /** Of a session, or of something else that is kept alive once only. */
  KeepAlives() {
    this(1);
  }

  /** @param firstRequestId
   *          ids go on from there; none may ever have named another renewal of the same lease, or its answer would count here */
  KeepAlives(long firstRequestId) {
    nextRequestId = firstRequestId;
  }

  /** It was opened or granted by a request first sent then. */
  void opened(Moment sentAt, long ttlMillis) {
    outstanding.clear();
    renewed(sentAt, ttlMillis);
    dueAt = sentAt.monotonicNanos + ttlNanos / 3;
  }

  private void renewed(Moment sentAt, long ttlMillis) {
    ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    promise = new Promise(sentAt, (long) (ttlNanos * 0.99) - MARGIN_NANOS);
  }

  /** It ended, for ever. */
  void over() {
    outstanding.clear();
    promise = null;
  }

  /** When the next one is to be sent, given that the leader is connected. */
  long dueAt() {
    return dueAt;
  }

  /** A renewal is sent now; returns its id. */
  long request(Moment now) {
    if (outstanding.size() == OUTSTANDING_MAX) {
      outstanding.removeFirst();
    }
    long id = nextRequestId++;
    outstanding.addLast(new Sent(id, now));
    dueAt = now.monotonicNanos + (ttlNanos == 0 ? RETRY_NANOS : ttlNanos / 3); // 0: not told yet
    return id;
  }

  /** The id that the next renewal will have. */
  long nextRequestId() {
    return nextRequestId;
  }

  /** The next one is to be sent at once. */
  void hurry(Moment now) {
    dueAt = Math.min(dueAt, now.monotonicNanos);
  }

  /** A new stream to a leader is up: what was not answered may have been lost with the old one. */
  void connected(Moment now) {
    if (!outstanding.isEmpty()) {
      dueAt = now.monotonicNanos;
    }
  }

  void failed(Moment now) {
    dueAt = Math.min(dueAt, now.monotonicNanos + RETRY_NANOS);
  }

  /** Answered OK; K1 counts from when this very request was sent. Unknown ids (of an earlier session) change nothing. */
  void answered(long requestId, long ttlMillis) {
    while (!outstanding.isEmpty() && outstanding.getFirst().requestId <= requestId) {
      Sent sent = outstanding.removeFirst();
      if (sent.requestId == requestId) {
        renewed(sent.at, ttlMillis);
      }
    }
  }

  /** Nanoseconds for which the client may still believe in it; 0 or less: it may not. Any thread. */
  long validFor(Moment now) {
    Promise newest = promise;
    return newest == null ? 0 : newest.nanos - newest.since.elapsedUntil(now);
  }

  /** The wall clock's time from which {@link #validFor} is 0 or less, if the monotonic clock does not say so before. */
  long endsAtWallMillis() {
    Promise newest = promise;
    return newest == null ? Long.MIN_VALUE : newest.since.wallMillis + TimeUnit.NANOSECONDS.toMillis(newest.nanos);
  }

  /** As granted or renewed. */
  long ttlMillis() {
    return TimeUnit.NANOSECONDS.toMillis(ttlNanos);
  }
}
