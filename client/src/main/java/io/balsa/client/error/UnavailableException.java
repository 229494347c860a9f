package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * No node served the call, or the cluster is overloaded: {@code NO_LEADER}, {@code OVERLOADED}, ... It reached no log
 * (E1), so it can be retried freely.
 */
public final class UnavailableException extends BalsaException {
  private static final long serialVersionUID = 1L;

  UnavailableException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
