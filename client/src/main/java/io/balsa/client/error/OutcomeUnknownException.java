package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * A mutation of which nobody can tell any more whether it was applied: its session is gone, or the connection of a unary
 * call broke while it was under way. The SDK does not send it again, because that might apply it twice; read the state to
 * find out.
 */
public final class OutcomeUnknownException extends BalsaException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
