package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The cluster decided against the command, or against the read: {@code NOT_A_NUMBER}, {@code OVERFLOW}, {@code FENCED},
 * {@code COMPACTED}, ... Nothing was changed. The decision is part of the order of all commands: a repeat gets it again
 * until the state has changed. So is {@code NO_SPACE}: nothing is put until somebody has made room.
 */
public final class RefusedException extends BalsaException {
  private static final long serialVersionUID = 1L;

  RefusedException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
