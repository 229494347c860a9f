package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The client was closed before the answer, or before the call. {@link #mayHaveBeenApplied()} is true for a mutation that
 * had been sent.
 */
public final class ClientClosedException extends BalsaException {
  private static final long serialVersionUID = 1L;

  ClientClosedException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
