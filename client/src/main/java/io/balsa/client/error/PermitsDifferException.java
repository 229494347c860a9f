package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * A lock or a semaphore is in use with another number of permits ({@code PERMITS_DIFFER}): all who share it at a time must say the
 * same. Nothing was changed.
 */
public final class PermitsDifferException extends RefusedException {
  private static final long serialVersionUID = 1L;

  private final long inUse;
  private final long asked;

  PermitsDifferException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
    inUse = Errors.number(error, Errors.PERMITS_IN_USE);
    asked = Errors.number(error, Errors.PERMITS_ASKED);
  }

  /** What those have said who hold it or wait for it; 0: any number. */
  public long inUse() {
    return inUse;
  }

  /** What this request has said; 0: any number. */
  public long asked() {
    return asked;
  }
}
