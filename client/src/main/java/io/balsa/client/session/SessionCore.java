package io.balsa.client.session;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.client.session.KeepAlives.Moment;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of sessions, S2 to S6 and K1: one session at a time, opened when a call needs it, carried from leader to
 * leader, followed by a new one when it is over. It decides what to open, what to send and what each call ends with.
 *
 * <p>Confined to one thread, which for every round calls {@link #tick} first, then the inputs that have come, then {@link
 * #proceed}, then takes {@link #nextFrame} as long as the stream takes more. It is to be called again at {@link #wakeAt} at
 * the latest. Times are nanoseconds on a clock that starts near 0 and never falls.
 */
public final class SessionCore {
  private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int BEATS_MISSING = 3;
  /** A timeout found due is judged again after what has meanwhile come was read: a pause of this process is no silence. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
  private static final long ATTEMPT_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long NEVER = Long.MAX_VALUE;

  private enum Phase {
    /** Nothing is under way; the next attempt, if one is wanted, at {@link #retryAt}. */
    IDLE, OPENING, CONNECTING, READY, CLOSED
  }

  private final SessionOptions options;
  private final LeaderSearch search;
  private final SessionPort port;
  private final ConnectionListener listener;
  private final Outbox outbox;
  private final LockCore locks;
  private final LeaseCore leases;
  /** Of the session in use; each session has its own, because what was granted in one goes by it. */
  private KeepAlives keepAlives = new KeepAlives();

  private Phase phase = Phase.IDLE;
  private Moment now = new Moment(0, 0);
  private long sessionId;
  private long clusterId;
  private boolean lossTold;
  private long attempt;
  private String address = "";
  private Moment attemptedAt = now;
  private long attemptNanos = ATTEMPT_NANOS;
  private long retryAt;
  private String lastProblem = "";
  private long heardAt;
  private long beatNanos = BEAT_NANOS;
  /** Silence was noticed and is judged again then; 0: it was not. */
  private long graceUntil;
  private boolean settled;

  public SessionCore(SessionOptions options, LeaderSearch search, SessionPort port, ConnectionListener listener) {
    this.options = options;
    this.search = search;
    this.port = port;
    this.listener = listener;
    this.outbox = new Outbox(options.heldBytesMax());
    this.locks = new LockCore(this);
    this.leases = new LeaseCore(this, port);
  }

  /** The locks of this client's sessions. */
  public LockCore locks() {
    return locks;
  }

  /** The leases that this client keeps alive. */
  public LeaseCore leases() {
    return leases;
  }

  // ---- rounds

  /**
   * Time has come this far. The first input of every round.
   *
   * @param nanos
   *          never falls
   * @param wallMillis
   *          the wall clock; may jump
   */
  public void tick(long nanos, long wallMillis) {
    now = new Moment(nanos, wallMillis);
    if (phase == Phase.CLOSED) {
      return;
    }
    outbox.expire(nanos, lastProblem);
    judgeSilence(nanos);
    if (sessionId != 0 && !lossTold && keepAlives.validFor(now) <= 0) {
      lossTold = true;
      locks.loseWhatMayBeGone(now);
      listener.sessionLost(sessionId);
    }
    locks.tick(now, lastProblem);
    leases.tick(now, lastProblem);
  }

  private void judgeSilence(long nanos) {
    if (nanos < silentUntil()) {
      graceUntil = 0;
    } else if (graceUntil == 0) {
      graceUntil = nanos + GRACE_NANOS;
    } else if (nanos >= graceUntil) {
      String silence = phase == Phase.READY
          ? BEATS_MISSING + " beats are missing"
          : "no answer within " + TimeUnit.NANOSECONDS.toMillis(attemptNanos) + " ms";
      if (phase != Phase.READY) {
        attemptNanos = Math.min(attemptNanos * 3 / 2, ATTEMPT_MAX_NANOS);
      }
      port.abandon(attempt);
      port.distrust(address);
      ended(Errors.error(ErrorCode.UNAVAILABLE, Errors.SILENT, silence));
    }
  }

  /** When the other side has been silent for too long. */
  private long silentUntil() {
    long attempted = attemptedAt.monotonicNanos();
    return switch (phase) {
      case OPENING -> attempted + attemptNanos;
      case CONNECTING -> Math.min(heardAt, attempted + 2 * attemptNanos) + attemptNanos;
      case READY -> heardAt + BEATS_MISSING * beatNanos;
      case IDLE, CLOSED -> NEVER;
    };
  }

  /** The last step of a round, after its inputs: renews and connects. */
  public void proceed() {
    if (phase == Phase.READY && (now.monotonicNanos() >= keepAlives.dueAt() || outbox.acknowledgeNow())) {
      // S4: acknowledgements also travel here, because the server may have stopped reading the stream.
      port.keepAlive(address, KeepAliveRequest.newBuilder().setSessionId(sessionId)
          .setRequestId(keepAlives.request(now)).setLowestAwaited(outbox.acknowledge()).build());
    }
    if (phase != Phase.CLOSED) {
      leases.proceed(phase == Phase.READY ? address : null);
    }
    if (phase == Phase.IDLE && wanted() && now.monotonicNanos() >= retryAt) {
      address = search.next(now.monotonicNanos());
      if (sessionId == 0) {
        phase = Phase.OPENING;
        startAttempt();
        port.openSession(attempt, address, options.ttlMillis());
      } else {
        connect();
      }
    }
  }

  private boolean wanted() {
    return sessionId != 0 || outbox.waiting() || leases.wanted();
  }

  private void connect() {
    phase = Phase.CONNECTING;
    startAttempt();
    StreamHello.Builder hello = StreamHello.newBuilder().setSessionId(sessionId).setClusterId(clusterId)
        .setStreamNumber(attempt);
    port.openStream(attempt, address, hello.build());
  }

  private void startAttempt() {
    attempt++;
    attemptedAt = now;
    heardAt = now.monotonicNanos();
    graceUntil = 0;
    settled = false;
  }

  /** When the next round is due if nothing comes before. */
  public long wakeAt() {
    long at = Math.min(outbox.deadlineFloor(), Math.min(locks.wakeAt(), leases.wakeAt()));
    at = Math.min(at, graceUntil != 0 ? graceUntil : silentUntil());
    if (phase == Phase.READY) {
      at = Math.min(at, keepAlives.dueAt());
    }
    if (phase == Phase.IDLE && wanted()) {
      at = Math.min(at, retryAt);
    }
    if (sessionId != 0 && !lossTold && phase != Phase.CLOSED) {
      at = Math.min(at, now.monotonicNanos() + Math.max(0, keepAlives.validFor(now)));
    }
    return at;
  }

  /** The next frame to send, numbering what it takes from the queue; null: there is nothing to send now. */
  public @Nullable ClientFrame nextFrame() {
    return phase == Phase.READY ? outbox.nextFrame() : null;
  }

  // ---- inputs

  /** A new call. It is completed exactly once, now or later. */
  public void submit(Call call) {
    if (phase == Phase.CLOSED) {
      call.fail(Errors.closed(false));
    } else {
      outbox.submit(call);
    }
  }

  /** Answers {@link SessionPort#openSession}. */
  public void opened(long openAttempt, OpenSessionResponse response) {
    if (openAttempt != attempt || phase != Phase.OPENING) {
      return; // an orphan: it dies of its TTL (S1)
    }
    sessionId = response.getSessionId();
    clusterId = response.getHeader().getClusterId();
    lossTold = false;
    attemptNanos = ATTEMPT_NANOS;
    keepAlives = new KeepAlives();
    keepAlives.opened(attemptedAt, response.getTtlMillis());
    search.found(address);
    connect();
  }

  /** Answers {@link SessionPort#openStream}. */
  public void ready(long streamAttempt, StreamReady ready) {
    if (streamAttempt != attempt || phase != Phase.CONNECTING) {
      return;
    }
    if (!outbox.resume(ready.getLastSequence())) {
      port.abandon(attempt);
      sessionOver(Errors.error(ErrorCode.INTERNAL, Errors.PROTOCOL, "the server knows of other calls of this session: "
          + ready.getLastSequence() + " is its last sequence, " + outbox));
      return;
    }
    phase = Phase.READY;
    heardAt = now.monotonicNanos();
    graceUntil = 0;
    beatNanos = ready.getBeatMillis() == 0 ? BEAT_NANOS : TimeUnit.MILLISECONDS.toNanos(ready.getBeatMillis());
    attemptNanos = ATTEMPT_NANOS;
    if (ready.getHeader().getClusterId() != 0) {
      clusterId = ready.getHeader().getClusterId();
    }
    search.found(address);
    keepAlives.connected(now);
    leases.connected();
    lastProblem = "";
    listener.connected(address);
  }

  /** Replies came on a stream. */
  public void replies(long streamAttempt, StreamReplies replies) {
    if (streamAttempt != attempt || phase != Phase.READY) {
      return; // what it answered will be asked again on the new stream
    }
    heard();
    for (StreamReply reply : replies.getRepliesList()) {
      if (reply.hasError() && endsTheStream(reply.getError())) {
        // Not an answer that applying the command gave: its number is still open.
        port.abandon(attempt);
        ended(reply.getError());
        return;
      }
      outbox.answered(reply);
    }
  }

  private static boolean endsTheStream(Error error) {
    return switch (error.getReason()) {
      case Errors.NOT_LEADER, Errors.NO_LEADER, Errors.OVERLOADED, Errors.OUTCOME_UNKNOWN, Errors.SESSION_EXPIRED,
          Errors.CLUSTER_CHANGED, Errors.SUPERSEDED, Errors.WRONG_SEQUENCE, Errors.STOPPING ->
        true;
      default -> false;
    };
  }

  /** A beat came on a stream, which may not be ready yet. */
  public void beat(long streamAttempt) {
    if (streamAttempt == attempt) {
      heard();
    }
  }

  private void heard() {
    heardAt = now.monotonicNanos();
    graceUntil = 0;
    if (phase == Phase.READY && !settled) {
      settled = true;
      search.settled();
    }
  }

  /** What was opened under this number failed or ended; nothing more comes from it. */
  public void failed(long failedAttempt, Error error) {
    if (failedAttempt == attempt) {
      ended(error);
    }
  }

  /** A KeepAlive was answered. */
  public void keptAlive(KeepAliveResponse response) {
    if (response.getSessionId() != sessionId || sessionId == 0 || phase == Phase.CLOSED) {
      return;
    }
    if (!response.hasError()) {
      keepAlives.answered(response.getRequestId(), response.getTtlMillis());
      lossTold = lossTold && keepAlives.validFor(now) <= 0;
      locks.renewed();
    } else if (response.getError().getReason().equals(Errors.SESSION_EXPIRED)
        || response.getError().getReason().equals(Errors.CLUSTER_CHANGED)) {
      port.abandon(attempt);
      sessionOver(response.getError());
    } else {
      keepAlives.failed(now);
    }
  }

  /** The KeepAlive of a lease was answered. */
  public void leaseKeptAlive(LeaseKeepAliveResponse response) {
    if (phase != Phase.CLOSED) {
      leases.kept(response);
    }
  }

  /** The RPC that carries the KeepAlives of leases broke. */
  public void leaseKeepAliveFailed() {
    leases.keepAliveFailed();
  }

  /** The RPC that carries the KeepAlives broke. */
  public void keepAliveFailed() {
    keepAlives.failed(now);
  }

  /** Ends everything: calls that have no number are known not to be applied, the others are not known. */
  public void close() {
    if (phase != Phase.CLOSED) {
      port.abandon(attempt);
      phase = Phase.CLOSED;
      graceUntil = 0;
      locks.close();
      leases.close();
      outbox.close();
    }
  }

  // ---- what ends

  private void ended(Error error) {
    switch (phase) {
      case IDLE, CLOSED -> {
        return;
      }
      case OPENING -> {
        if (!mayPass(error)) {
          outbox.refuseQueue(error);
        }
      }
      case CONNECTING, READY -> {
        String reason = error.getReason();
        if (reason.equals(Errors.SESSION_EXPIRED) || reason.equals(Errors.CLUSTER_CHANGED)
            || reason.equals(Errors.SUPERSEDED)) {
          sessionOver(error);
          return;
        }
      }
    }
    route(error);
    disconnected(error);
    retryAt = now.monotonicNanos() + search.delay(now.monotonicNanos());
  }

  private static boolean mayPass(Error error) {
    return switch (ErrorCode.of(error.getCode())) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED -> false;
      default -> true;
    };
  }

  private void route(Error error) {
    switch (error.getReason()) {
      case Errors.NOT_LEADER, Errors.NO_LEADER, Errors.STOPPING -> search.refused(address, Errors.leaderAddress(error));
      case Errors.SILENT -> search.doubted(address, now.monotonicNanos(), 0);
      case Errors.WRONG_SEQUENCE, Errors.OVERLOADED, Errors.OUTCOME_UNKNOWN -> search.again(address);
      default -> {
        long cost = phase == Phase.READY ? 0 : now.monotonicNanos() - attemptedAt.monotonicNanos();
        search.failed(address, now.monotonicNanos(), cost);
      }
    }
  }

  private void disconnected(Error error) {
    boolean wasReady = phase == Phase.READY;
    phase = Phase.IDLE;
    lastProblem = address + ": " + (error.getMessage().isEmpty() ? error.getReason() : error.getMessage());
    if (wasReady) {
      listener.disconnected(address, lastProblem);
    }
  }

  /** The session is gone: what has a number is not known any more, what has none goes to the next session. */
  private void sessionOver(Error error) {
    long over = sessionId;
    sessionId = 0;
    if (error.getReason().equals(Errors.CLUSTER_CHANGED)) {
      clusterId = 0;
    }
    keepAlives.over();
    disconnected(error);
    retryAt = now.monotonicNanos();
    locks.sessionOver(over, error);
    outbox.sessionOver(error);
    listener.sessionExpired(over, error.getReason());
  }

  // ---- what is seen from outside

  /** The session in use; 0: none. */
  public long sessionId() {
    return sessionId;
  }

  /** How far the session in use can be believed in. */
  KeepAlives life() {
    return keepAlives;
  }

  boolean isClosed() {
    return phase == Phase.CLOSED;
  }

  /** Whether calls flow. */
  public boolean isReady() {
    return phase == Phase.READY;
  }

  /** Whether an attempt to open a session or a stream is under way. */
  public boolean isConnecting() {
    return phase == Phase.OPENING || phase == Phase.CONNECTING;
  }

  /** The number of the attempt under way, or of the last one. */
  public long attempt() {
    return attempt;
  }

  /** The address of that attempt. */
  public String address() {
    return address;
  }

  /** How many calls were sent and are not answered, those included whose callers have given up. */
  public int unanswered() {
    return outbox.unanswered();
  }

  /** The cluster that the session belongs to; 0: not known yet. */
  public long clusterId() {
    return clusterId;
  }
}
