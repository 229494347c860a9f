package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.session.KeepAlives.Moment;
import io.balsa.client.session.LockRequest.State;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of locks, K1 to K3: asks through the session, waits for its turn over any number of streams, holds a grant
 * no longer than it can believe in its session, and frees what nobody wants any more.
 *
 * <p>Part of a {@link SessionCore} and driven by it: no thread, no clock. Confined to the client's thread.
 *
 * <p>What would break it, and does not: an answer lost with its stream (the stored reply comes again, and the await is asked
 * again); a caller that gives up before the answer (the Release carries the request id, which is known from the sending, and
 * is applied after the Acquire because its number is higher); a grant that arrives when the session may be gone (it is told
 * only after a renewal that was sent later is answered OK, or freed); a process that was paused (every {@link
 * LockRequest#isHeld} asks both clocks).
 */
public final class LockCore {
  private static final long NEVER = Long.MAX_VALUE;
  /** Who gives up is told so when the Release is answered, for then it is certain that nothing is held; or after this. */
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final SessionCore session;
  private final List<LockRequest> requests = new ArrayList<>();
  private Moment now = new Moment(0, 0);
  /** No request gives up before this. */
  private long giveUpFloor = NEVER;
  /** Some thread found a grant lost before this one did. */
  private volatile boolean lossSeen;

  LockCore(SessionCore session) {
    this.session = session;
  }

  /**
   * Asks for a lock.
   *
   * @param wanted
   *          validated; without a session
   * @param giveUpAt
   *          when it is withdrawn unless it was granted, on the clock that the core is ticked with; {@code Long.MAX_VALUE}: never
   */
  public LockRequest acquire(LockAcquireRequest wanted, long giveUpAt, LockListener listener) {
    return acquire(wanted, giveUpAt, listener, request -> {});
  }

  /** As above; {@code begun} is told the request before its listener hears anything. */
  public LockRequest acquire(LockAcquireRequest wanted, long giveUpAt, LockListener listener,
      Consumer<LockRequest> begun) {
    LockRequest request = new LockRequest(this, wanted, giveUpAt, listener);
    begun.accept(request);
    requests.add(request);
    giveUpFloor = Math.min(giveUpFloor, giveUpAt);
    session.submit(new AcquireCall(request));
    return request;
  }

  /** How many requests are not over. */
  public int open() {
    return requests.size();
  }

  // ---- rounds

  void tick(Moment at, String lastProblem) {
    now = at;
    if (lossSeen) {
      lossSeen = false;
      loseWhatMayBeGone(at);
    }
    if (now.monotonicNanos() < giveUpFloor) {
      return;
    }
    long floor = NEVER;
    for (LockRequest request : List.copyOf(requests)) {
      if (mayStillBeGranted(request) && now.monotonicNanos() >= request.giveUpAt) {
        giveUp(request, lastProblem);
      }
      if (request.untold && now.monotonicNanos() >= request.tellAt) {
        request.untold = false;
        request.notObtained(Errors.lockNotObtained("the lock " + request.name()
            + " was not obtained in time: the cluster does not answer; the request is withdrawn as soon as it does, and ends"
            + " with the session's TTL at the latest" + (lastProblem.isEmpty() ? "" : "; last problem: " + lastProblem),
            true));
      }
      if (mayStillBeGranted(request)) {
        floor = Math.min(floor, request.giveUpAt);
      } else if (request.untold) {
        floor = Math.min(floor, request.tellAt);
      }
    }
    giveUpFloor = floor;
  }

  private static boolean mayStillBeGranted(LockRequest request) {
    return request.state == State.ASKED || request.state == State.WAITING || request.state == State.UNCONFIRMED;
  }

  private void giveUp(LockRequest request, String lastProblem) {
    if (request.isSent()) {
      request.untold = true;
      request.tellAt = now.monotonicNanos() + TELL_NANOS;
      sendRelease(request);
    } else {
      over(request); // its call is dropped before it gets a number
      request.notObtained(Errors.deadline(lastProblem, false));
    }
  }

  long wakeAt() {
    return lossSeen ? now.monotonicNanos() : giveUpFloor;
  }

  // ---- what becomes of the session

  /** K1: no answered renewal vouches for the session any more, so the cluster may give its locks to others soon. */
  void loseWhatMayBeGone(Moment at) {
    now = at;
    for (LockRequest request : List.copyOf(requests)) {
      if (request.state == State.HELD && !(request.seesItself() && request.believes(now))) {
        request.drop();
        request.tellLost("the session could not be renewed in time: the cluster may give the lock to another (K1)");
        sendRelease(request); // a grant lost locally stays lost
      }
    }
  }

  /** A renewal was answered: what was granted meanwhile is certain now. */
  void renewed() {
    for (LockRequest request : List.copyOf(requests)) {
      confirm(request);
    }
  }

  /** The session ended; told before its calls end. */
  void sessionOver(long sessionId, Error why) {
    // Else the cluster may know of the session until its TTL has passed.
    boolean certain = why.getReason().equals(Errors.SESSION_EXPIRED);
    String reason = "its session is over (" + why.getReason() + ")";
    endAll(request -> request.sessionId() == sessionId,
        Errors.lockRequestEnded("the request for the lock ended: " + reason + ". Nothing is held"
            + (certain ? "" : ", though the cluster may count it until the session's TTL has passed")
            + "; acquire again",
            !certain),
        reason, certain ? null : Errors.outcomeUnknown("not known to be released: " + reason));
  }

  void close() {
    endAll(request -> true, Errors.closed(false), "the client was closed", Errors.closed(true));
  }

  private void endAll(Predicate<LockRequest> which, BalsaException notObtained, String lost,
      @Nullable BalsaException notReleased) {
    for (LockRequest request : List.copyOf(requests)) {
      if (!which.test(request)) {
        continue;
      }
      State was = request.state;
      over(request);
      switch (was) {
        case ASKED, WAITING, UNCONFIRMED -> request.notObtained(notObtained);
        case HELD -> {
          request.tellLost(lost);
          request.listener.released(notReleased);
        }
        case RELEASING -> {
          if (request.untold) {
            request.notObtained(notObtained);
          } else {
            request.listener.released(notReleased);
          }
        }
        case OVER -> {
        }
      }
    }
  }

  // ---- requests

  /** {@link LockRequest#isHeld} fell on some thread. Any thread. */
  void lossSeen() {
    lossSeen = true;
  }

  void release(LockRequest request) {
    switch (request.state) {
      case ASKED -> {
        if (request.isSent()) {
          sendRelease(request);
        } else {
          over(request); // its call is dropped before it gets a number
          request.listener.released(null);
        }
      }
      case WAITING, UNCONFIRMED, HELD -> sendRelease(request);
      case RELEASING, OVER -> {
      }
    }
  }

  private void sendRelease(LockRequest request) {
    request.drop();
    request.state = State.RELEASING;
    session.submit(new ReleaseCall(request));
  }

  private void over(LockRequest request) {
    request.over();
    requests.remove(request);
  }

  private void granted(LockRequest request, long token) {
    if (request.state == State.ASKED || request.state == State.WAITING) {
      request.granted(token);
      request.state = State.UNCONFIRMED;
      confirm(request);
    }
  }

  private void confirm(LockRequest request) {
    if (request.state == State.UNCONFIRMED && request.believes(now)) {
      request.hold();
      request.listener.granted(request.token());
    }
  }

  private void gone(LockRequest request) {
    if (request.state == State.ASKED || request.state == State.WAITING) {
      over(request);
      // One that waits without bound is gone with its session only, of whose end its stream may hear later than its await.
      request.notObtained(request.wanted.hasWaitMillis()
          ? timeUp(request)
          : Errors.lockRequestEnded("the request for the lock " + request.name()
              + " ended before it was granted, with its session. Nothing is held; acquire again", false));
    }
  }

  private static BalsaException timeUp(LockRequest request) {
    boolean noWait = request.wanted.hasWaitMillis() && request.wanted.getWaitMillis() == 0;
    return Errors.lockNotObtained("the lock " + request.name() + " was not obtained: "
        + (noWait ? "others hold it" : "others held it until the time was up"), false);
  }

  private void refused(LockRequest request, BalsaException error) {
    if (mayStillBeGranted(request)) {
      over(request);
      request.notObtained(error);
    }
  }

  private static LockRequestId id(LockRequest request) {
    return LockRequestId.newBuilder().setSessionId(request.sessionId()).setSequence(request.sequence()).build();
  }

  private final class AcquireCall extends Call {
    private final LockRequest request;

    AcquireCall(LockRequest request) {
      super(StreamRequest.newBuilder().setLockAcquire(request.wanted), Kind.MUTATION, NEVER);
      this.request = request;
    }

    @Override
    protected void numberedAs(long sequence) {
      request.numbered(session.sessionId(), sequence, session.life());
    }

    @Override
    protected void answered(StreamReply reply) {
      if (reply.hasError()) {
        refused(request, Errors.ofLockAnswer(reply.getError(), request.wanted.getPermits()));
        return;
      }
      LockState state = reply.getLockAcquire().getState();
      switch (state) {
        case HELD -> granted(request, reply.getLockAcquire().getToken());
        case WAITING -> {
          if (request.state == State.ASKED) {
            request.state = State.WAITING;
            session.submit(new AwaitCall(request));
          }
        }
        case GONE -> gone(request);
        case LOCK_STATE_UNSPECIFIED, UNRECOGNIZED -> unexpected(request, state);
      }
    }

    /** It was not sent; one that was sent ends by {@link LockCore#sessionOver} before its call does. */
    @Override
    protected void failed(BalsaException error) {
      refused(request, error);
    }

    @Override
    protected boolean cancelled() {
      return request.state == State.OVER;
    }
  }

  private void unexpected(LockRequest request, LockState state) {
    if (mayStillBeGranted(request)) {
      release(request);
      request.notObtained(
          Errors.lockNotObtained("the cluster answered " + state + ", which this client does not know", true));
    }
  }

  private final class AwaitCall extends Call {
    private final LockRequest request;

    AwaitCall(LockRequest request) {
      super(StreamRequest.newBuilder()
          .setLockAwait(LockAwaitRequest.newBuilder().setName(request.name()).setRequest(id(request))), Kind.WAIT,
          NEVER);
      this.request = request;
    }

    @Override
    protected void answered(StreamReply reply) {
      LockState state = reply.getLockAwait().getState();
      if (reply.hasError()) {
        if (mayStillBeGranted(request)) {
          release(request);
          request.notObtained(Errors.ofAnswer(reply.getError(), true));
        }
      } else if (state == LockState.HELD) {
        granted(request, reply.getLockAwait().getToken());
      } else if (state == LockState.GONE) {
        gone(request);
      } else {
        unexpected(request, state);
      }
    }

    @Override
    protected void failed(BalsaException error) {
      refused(request, error);
    }

    /** Nobody waits for it when it was withdrawn; the cluster answers GONE then. */
    @Override
    protected boolean cancelled() {
      return request.state != State.WAITING;
    }
  }

  private final class ReleaseCall extends Call {
    private final LockRequest request;

    ReleaseCall(LockRequest request) {
      super(StreamRequest.newBuilder()
          .setLockRelease(LockReleaseRequest.newBuilder().setName(request.name()).setRequest(id(request))),
          Kind.OWN_MUTATION, NEVER);
      this.request = request;
    }

    @Override
    protected void answered(StreamReply reply) {
      ended(reply.hasError() ? Errors.ofAnswer(reply.getError(), true) : null);
    }

    @Override
    protected void failed(BalsaException error) {
      ended(error);
    }

    private void ended(@Nullable BalsaException unknown) {
      if (request.state == State.RELEASING) {
        over(request);
        if (request.untold) {
          request.notObtained(unknown == null ? timeUp(request) : unknown);
        } else {
          request.listener.released(unknown);
        }
      }
    }

    @Override
    protected boolean cancelled() {
      return false;
    }
  }
}
