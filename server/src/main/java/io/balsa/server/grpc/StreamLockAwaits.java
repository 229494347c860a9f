package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockAwaitResponse;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.storage.state.Limits;
import io.balsa.storage.state.LockCallback;
import io.balsa.storage.state.SessionCallback;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock requests that one stream waits for (K2). Each is answered when the session has come as far as its {@code after}
 * (S5: a Release sent before it is seen), and the request waits no longer. That needs no read index: HELD and GONE are facts of
 * committed entries. Such a wait may last as long as the session, so it takes nothing from those who read: it has a bound of its
 * own, which a session with as many lock requests as it may have does not reach, and beyond it is answered with an error, for
 * to hold it back would hold back the very Release that others wait for. It ends with its stream, and is asked again on the
 * next one.
 */
final class StreamLockAwaits {
  static final int AWAITS_MAX = Limits.LOCK_REQUESTS_MAX;

  /** Who hears of the outcome. Any thread. */
  interface Outcome {
    void answered(StreamReply reply);

    void sessionExpired();
  }

  private final Group group;
  private final LockChecks checks;
  private final long sessionId;
  private final Outcome outcome;
  private final BoundedWaits places = new BoundedWaits(AWAITS_MAX);
  private final Set<BoundedWaits.Wait> open = ConcurrentHashMap.newKeySet();

  StreamLockAwaits(Group group, LockChecks checks, long sessionId, Outcome outcome) {
    this.group = group;
    this.checks = checks;
    this.sessionId = sessionId;
    this.outcome = outcome;
  }

  int count() {
    return places.count();
  }

  /** On the loop of the stream, while it is open. */
  void await(StreamRequest read) {
    Error wrong = checks.check(sessionId, read.getLockAwait());
    if (wrong != null) {
      outcome.answered(error(read, wrong));
      return;
    }
    BoundedWaits.Wait wait = places.begin();
    if (wait == null) {
      outcome.answered(error(read, Errors.error(Reason.TOO_MANY_AWAITS, "this stream waits for " + AWAITS_MAX
          + " lock requests, which is as many as a session may have; ask once for each", "limit",
          Integer.toString(AWAITS_MAX))));
      return;
    }
    open.add(wait);
    wait.whenEnded(() -> open.remove(wait));
    Awaited awaited = new Awaited(read, wait);
    wait.whenEnded(group.reads().awaitSession(sessionId, read.getAfter(), awaited));
  }

  /** The stream ends: nobody is there to be answered. Any thread. */
  void close() {
    open.forEach(BoundedWaits.Wait::end);
  }

  private static StreamReply error(StreamRequest read, Error error) {
    return StreamReply.newBuilder().setReadId(read.getReadId()).setError(error).build();
  }

  /** First the session, then the request. On the applier's thread, or at once. */
  private final class Awaited implements SessionCallback, LockCallback {
    private final StreamRequest read;
    private final BoundedWaits.Wait wait;

    Awaited(StreamRequest read, BoundedWaits.Wait wait) {
      this.read = read;
      this.wait = wait;
    }

    @Override
    public void reached() {
      LockAwaitRequest await = read.getLockAwait();
      wait.whenEnded(group.reads().awaitLock(await.getName(), sessionId, await.getRequest().getSequence(), this));
    }

    @Override
    public void expired() {
      if (wait.end()) {
        outcome.sessionExpired();
      }
    }

    @Override
    public void held(long token) {
      answer(LockAwaitResponse.newBuilder().setState(LockState.HELD).setToken(token));
    }

    @Override
    public void gone() {
      answer(LockAwaitResponse.newBuilder().setState(LockState.GONE));
    }

    private void answer(LockAwaitResponse.Builder response) {
      if (wait.end()) {
        outcome.answered(StreamReply.newBuilder().setReadId(read.getReadId()).setRevision(group.reads().revision())
            .setLockAwait(response).build());
      }
    }
  }
}
