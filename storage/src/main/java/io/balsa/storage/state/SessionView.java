package io.balsa.storage.state;

/**
 * A session as of the last batch applied.
 *
 * @param lastSequence     the last one applied
 * @param lowestAwaited    replies below it are dropped
 * @param ttlMillis        as granted
 * @param storedReplies    not acknowledged yet; see {@link Limits#SESSION_UNACKNOWLEDGED_MAX}
 * @param storedReplyBytes see {@link Limits#SESSION_REPLY_BYTES_MAX}
 */
public record SessionView(State state, long lastSequence, long lowestAwaited, long ttlMillis, int storedReplies,
    long storedReplyBytes) {

  /** What became of a session's id (S1). */
  public enum State {
    LIVE,
    /** It was issued and has no record: it expired or was closed, for ever. */
    EXPIRED,
    /** Not issued by any entry applied here. */
    NEVER_ISSUED
  }

  static final SessionView EXPIRED = new SessionView(State.EXPIRED, 0, 0, 0, 0, 0);
  static final SessionView NEVER_ISSUED = new SessionView(State.NEVER_ISSUED, 0, 0, 0, 0, 0);
}
