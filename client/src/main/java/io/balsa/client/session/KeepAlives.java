package io.balsa.client.session;

import io.balsa.proto.v1.KeepAliveRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a session is renewed, and until when its client may believe in it (K1): the time of first sending the newest
 * KeepAlive that was answered OK, plus the TTL granted x 0.99 - 50 ms, where elapsed time is the larger of what the monotonic
 * and the wall clock say.
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

  private final Deque<Sent> outstanding = new ArrayDeque<>();
  private @Nullable Moment renewedAt;
  private long ttlNanos;
  private long dueAt;
  private long nextRequestId = 1;

  /** The session was opened by a request first sent then. */
  void opened(Moment sentAt, long ttlMillis) {
    outstanding.clear();
    renewedAt = sentAt;
    ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    dueAt = sentAt.monotonicNanos + ttlNanos / 3;
  }

  void over() {
    outstanding.clear();
    renewedAt = null;
  }

  /** When the next one is to be sent, given that the leader is connected. */
  long dueAt() {
    return dueAt;
  }

  KeepAliveRequest request(long sessionId, long lowestAwaited, Moment now) {
    if (outstanding.size() == OUTSTANDING_MAX) {
      outstanding.removeFirst();
    }
    long id = nextRequestId++;
    outstanding.addLast(new Sent(id, now));
    dueAt = now.monotonicNanos + ttlNanos / 3;
    return KeepAliveRequest.newBuilder().setSessionId(sessionId).setRequestId(id).setLowestAwaited(lowestAwaited)
        .build();
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
        renewedAt = sent.at;
        ttlNanos = TimeUnit.MILLISECONDS.toNanos(ttlMillis);
      }
    }
  }

  /** Nanoseconds for which the client may still believe in its session; 0 or less: it may not. */
  long validFor(Moment now) {
    return renewedAt == null ? 0 : (long) (ttlNanos * 0.99) - MARGIN_NANOS - renewedAt.elapsedUntil(now);
  }
}
