package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * A transaction was not committed because something that it had read was changed meanwhile, or because the revision that it
 * reads at was compacted. Nothing was changed; run it again from its beginning, as {@code BalsaClient.transact} does by itself.
 */
public final class TransactionConflictException extends BalsaException {
  private static final long serialVersionUID = 1L;

  TransactionConflictException(Error error, boolean mayHaveBeenApplied) {
    super(error, mayHaveBeenApplied);
  }
}
