package io.balsa.storage.state.lock;

/**
 * What became of an Acquire.
 *
 * @param number HELD: the fencing token; WAITING: requests that wait before it; UPGRADE: the token of what it holds;
 *               PERMITS_DIFFER: the permits in use; SESSION_FULL, LOCK_FULL: the requests that are there
 */
public record LockVerdict(Kind kind, long number) {

  /** With HELD and WAITING it was taken in, with the others nothing was changed. */
  public enum Kind {
    HELD, WAITING,
    /** It was not to wait. */
    GONE,
    /** Its owner shares the lock already (K3). */
    UPGRADE, PERMITS_DIFFER, SESSION_FULL, LOCK_FULL
  }
}
