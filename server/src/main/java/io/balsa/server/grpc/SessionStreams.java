package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The streams of all sessions: the newest of a session is the one (S3); and what ends with leadership. Thread-safe. */
public final class SessionStreams {
  private final ConcurrentHashMap<Long, SessionStream> bySession = new ConcurrentHashMap<>();
  /** In the order in which they came, which is the order in which they are told: the simulator repeats it. */
  private final ConcurrentSkipListMap<Long, Consumer<Error>> whileLeading = new ConcurrentSkipListMap<>();
  private final AtomicLong lastWaiting = new AtomicLong();
  private final ProposalBudget budget;

  public SessionStreams(ProposalBudget budget) {
    this.budget = budget;
  }

  ProposalBudget budget() {
    return budget;
  }

  /**
   * This is the session's stream from now on, and an older one is told that it is not; unless its hello was delayed and a newer
   * one serves already.
   *
   * @return false: the newer one stays
   */
  boolean begin(long sessionId, SessionStream stream) {
    AtomicReference<@Nullable SessionStream> before = new AtomicReference<>();
    SessionStream newest = bySession.compute(sessionId, (id, serving) -> {
      before.set(serving);
      boolean delayed = serving != null && Long.compareUnsigned(stream.number(), serving.number()) < 0;
      return delayed ? serving : stream;
    });
    if (!stream.equals(newest)) {
      return false;
    }
    SessionStream older = before.get();
    if (older != null && !older.equals(stream)) {
      older.endLater(superseded(sessionId));
    }
    return true;
  }

  static Error superseded(long sessionId) {
    return Errors.error(Reason.SUPERSEDED, "a newer stream of session " + Long.toUnsignedString(sessionId)
        + " has taken over; do not reconnect this one");
  }

  void ended(long sessionId, SessionStream stream) {
    bySession.remove(sessionId, stream);
  }

  /** Replies of the session were acknowledged: its stream may go on reading. Any thread. */
  public void acknowledged(long sessionId) {
    SessionStream stream = bySession.get(sessionId);
    if (stream != null) {
      stream.goOnLater();
    }
  }

  /** This node leads no more: it serves no streams. Any thread. */
  public void endAll(Error why) {
    whileLeading.values().forEach(end -> end.accept(why));
  }

  /**
   * For streams, and for calls that wait here as long as this node leads. To be asked before the read that finds out whether it
   * does: no loss of leadership is missed then, for a read that comes behind one is rejected.
   *
   * @param end told when it leads no more; any thread
   * @return forgets it
   */
  Runnable whileLeading(Consumer<Error> end) {
    long waiting = lastWaiting.incrementAndGet();
    whileLeading.put(waiting, end);
    return () -> whileLeading.remove(waiting);
  }

  public int count() {
    return bySession.size();
  }
}
