package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The cluster decided against the command, or against the read: {@code NOT_A_NUMBER}, {@code OVERFLOW}, {@code FENCED},
 * {@code COMPACTED}, ... Nothing was changed. The decision is part of the order of all commands: a repeat gets it again
 * until the state has changed. So is {@code NO_SPACE}: nothing is put until somebody has made room.
 * One kind has a type of its own: {@link PermitsDifferException}.
 */
public sealed class RefusedException extends BalsaException permits PermitsDifferException {
  private static final long serialVersionUID = 1L;

  RefusedException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
