package io.balsa.jepsen.workload;

import io.balsa.client.error.BalsaException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How a write ended, as its caller was told. */
public enum Outcome {
  /** It was applied, once. */
  ACKNOWLEDGED,
  /** It was applied once or not at all. */
  UNKNOWN,
  /** It was not applied and never will be. */
  NOT_DONE;

  /** Of a call that ended with this failure; null: it succeeded. */
  static Outcome of(@Nullable Throwable failure) {
    if (failure == null) {
      return ACKNOWLEDGED;
    }
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause()
        : failure;
    if (cause instanceof BalsaException told) {
      return told.mayHaveBeenApplied() ? UNKNOWN : NOT_DONE;
    }
    throw new IllegalStateException("the SDK failed with something that is no BalsaException", cause);
  }
}
