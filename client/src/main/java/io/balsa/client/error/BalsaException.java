package io.balsa.client.error;

import io.balsa.proto.v1.Error;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A call that did not succeed. The subclass says what the caller may conclude:
 * <ul>
 * <li>{@link InvalidRequestException}: the request itself is wrong; nothing was changed.
 * <li>{@link RefusedException}: the cluster decided against it; nothing was changed.
 * <li>{@link TransactionConflictException}: what a transaction had read was changed; nothing was changed by it.
 * <li>{@link LockNotObtainedException}: the lock was not obtained in time, or its session ended.
 * <li>{@link UnavailableException}: it reached no log; it can be retried freely.
 * <li>{@link OutcomeUnknownException}: a mutation that may or may not have been applied.
 * <li>{@link DeadlineExceededException}: the time was up; {@link #mayHaveBeenApplied()} says which of both.
 * <li>{@link ClientClosedException}: the client was closed before the answer.
 * </ul>
 * Immutable and safe for use by any thread.
 */
public class BalsaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Error error;
  private final boolean mayHaveBeenApplied;

  /** For the SDK itself: an error as it came from the wire or was found here. */
  public BalsaException(Error error, boolean mayHaveBeenApplied) {
    super(text(error));
    this.error = error;
    this.mayHaveBeenApplied = mayHaveBeenApplied;
  }

  private static String text(Error error) {
    return error.getReason().isEmpty() ? error.getMessage() : error.getReason() + ": " + error.getMessage();
  }

  /** Stable, in capitals: {@code NOT_A_NUMBER}, {@code SESSION_EXPIRED}, ... Decide by this, never by the message. */
  public final String reason() {
    return error.getReason();
  }

  /** The coarse class of the error. */
  public final ErrorCode code() {
    return ErrorCode.of(error.getCode());
  }

  /** What the error is about in detail, by name: limits, sizes, revisions. Unmodifiable. */
  public final Map<String, String> details() {
    Map<String, String> details = new TreeMap<>();
    error.getDetailsList().forEach(detail -> details.put(detail.getKey(), detail.getValue()));
    return Collections.unmodifiableMap(details);
  }

  /**
   * Whether the call was a mutation that may have been applied in spite of this error, or may still be. When false, it
   * was not and never will be.
   */
  public final boolean mayHaveBeenApplied() {
    return mayHaveBeenApplied;
  }

  /** The same error with the stack of the thread that calls this, and this as its cause. For blocking calls. */
  public final BalsaException rethrown() {
    BalsaException again = Errors.exception(error, mayHaveBeenApplied);
    again.initCause(this);
    return again;
  }
}
