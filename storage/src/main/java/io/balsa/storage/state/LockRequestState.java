package io.balsa.storage.state;

/**
 * What became of a lock request, as of the last batch applied (K2).
 *
 * @param token with HELD: the fencing token; else 0
 */
public record LockRequestState(Kind kind, long token) {
  static final LockRequestState WAITING = new LockRequestState(Kind.WAITING, 0);
  static final LockRequestState GONE = new LockRequestState(Kind.GONE, 0);
  static final LockRequestState NOT_APPLIED = new LockRequestState(Kind.NOT_APPLIED, 0);

  /** HELD, WAITING and GONE are those of the wire. */
  public enum Kind {
    HELD, WAITING, GONE,
    /** Its session has not come to its sequence here yet. */
    NOT_APPLIED
  }

  static LockRequestState held(long token) {
    return new LockRequestState(Kind.HELD, token);
  }
}
