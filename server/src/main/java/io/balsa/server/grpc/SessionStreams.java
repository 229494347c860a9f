package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of all sessions: the newest of a session is the one (S3). Thread-safe. */
public final class SessionStreams {
  private final ConcurrentHashMap<Long, SessionStream> bySession = new ConcurrentHashMap<>();
  private final ProposalBudget budget;

  public SessionStreams(ProposalBudget budget) {
    this.budget = budget;
  }

  ProposalBudget budget() {
    return budget;
  }

  /** This is the session's stream from now on; an older one is told that it is not. */
  void begin(long sessionId, SessionStream stream) {
    SessionStream older = bySession.put(sessionId, stream);
    if (older != null && older != stream) {
      older.endLater(Errors.error(Reason.SUPERSEDED, "a newer stream of session " + Long.toUnsignedString(sessionId)
          + " has taken over; do not reconnect this one"));
    }
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

  /** This node serves no streams any more. Any thread. */
  public void endAll(Error why) {
    bySession.values().forEach(stream -> stream.endLater(why));
  }

  public int count() {
    return bySession.size();
  }
}
