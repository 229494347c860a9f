package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The request itself is wrong, whatever the store holds: {@code KEY_TOO_LARGE}, {@code KEY_EMPTY}, ... It was not applied;
 * sending it again does not help.
 */
public final class InvalidRequestException extends BalsaException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
