package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * A lock was not obtained: {@code LOCK_NOT_OBTAINED} when the time was up, {@code LOCK_REQUEST_ENDED} when the
 * session ended that had asked for it. The caller does not hold it and must not act as if it did.
 *
 * <p>When {@link #mayHaveBeenApplied()} is false the request is gone from the lock's queue. When it is true the cluster was out
 * of reach: the request is withdrawn as soon as it is reached again, and until then, or until the session's TTL has passed, it
 * may keep others from the lock.
 */
public final class LockNotObtainedException extends BalsaException {
  private static final long serialVersionUID = 1L;

  LockNotObtainedException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
