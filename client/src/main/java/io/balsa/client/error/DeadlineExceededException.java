package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The call's deadline passed before an answer came. When {@link #mayHaveBeenApplied()} is false the call never left the
 * client. When it is true it was sent: it may have been applied, and a call of a session may still be, in its place before
 * the calls made after it.
 */
public final class DeadlineExceededException extends BalsaException {
  private static final long serialVersionUID = 1L;

  DeadlineExceededException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
