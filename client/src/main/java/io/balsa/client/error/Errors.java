package io.balsa.client.error;

import io.balsa.proto.v1.Error;

/**
 * The one table from an error on the wire to an exception, and the errors that the SDK finds itself. Not API: for the
 * other packages of the SDK.
 */
public final class Errors {
  /** The reasons that the SDK itself decides by. */
  public static final String NOT_LEADER = "NOT_LEADER";
  public static final String NO_LEADER = "NO_LEADER";
  public static final String OVERLOADED = "OVERLOADED";
  public static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";
  public static final String REPLY_DROPPED = "REPLY_DROPPED";
  public static final String SESSION_EXPIRED = "SESSION_EXPIRED";
  public static final String CLUSTER_CHANGED = "CLUSTER_CHANGED";
  public static final String SUPERSEDED = "SUPERSEDED";
  public static final String WRONG_SEQUENCE = "WRONG_SEQUENCE";
  public static final String STOPPING = "STOPPING";
  public static final String UNREACHABLE = "UNREACHABLE";
  public static final String SILENT = "SILENT";
  public static final String CLIENT_CLOSED = "CLIENT_CLOSED";
  public static final String CLIENT_OVERLOADED = "CLIENT_OVERLOADED";
  public static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";
  public static final String PROTOCOL = "PROTOCOL";
  public static final String COMPACTED = "COMPACTED";
  public static final String TOO_STALE = "TOO_STALE";
  public static final String NO_SPACE = "NO_SPACE";
  public static final String LEASE_NOT_FOUND = "LEASE_NOT_FOUND";
  public static final String LEASE_LOST = "LEASE_LOST";
  public static final String LOCK_NOT_OBTAINED = "LOCK_NOT_OBTAINED";
  public static final String LOCK_REQUEST_ENDED = "LOCK_REQUEST_ENDED";
  public static final String TRANSACTION_CONFLICT = "TRANSACTION_CONFLICT";

  private static final String PERMITS_DIFFER = "PERMITS_DIFFER";
  static final String PERMITS_IN_USE = "permits";
  static final String PERMITS_ASKED = "permits_asked";
  private static final String LEADER_ADDRESS = "leader_address";
  private static final String CURRENT_REVISION = "current_revision";

  private Errors() {}

  public static Error error(ErrorCode code, String reason, String message) {
    return Error.newBuilder().setCode(code.number()).setReason(reason).setMessage(message).build();
  }

  public static Error unreachable(String message) {
    return error(ErrorCode.UNAVAILABLE, UNREACHABLE, message);
  }

  /** The address of the leader that this error hints at; empty: none. */
  public static String leaderAddress(Error error) {
    return detail(error, LEADER_ADDRESS);
  }

  private static String detail(Error error, String key) {
    for (Error.Detail detail : error.getDetailsList()) {
      if (detail.getKey().equals(key)) {
        return detail.getValue();
      }
    }
    return "";
  }

  /** A number among the details; 0: none of this name. */
  static long number(Error error, String key) {
    String text = detail(error, key);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  /** The answer to a request for a lock, with what only its sender knows. */
  public static BalsaException ofLockAnswer(Error error, int permitsAsked) {
    return ofAnswer(error.getReason().equals(PERMITS_DIFFER) ? error.toBuilder()
        .addDetails(Error.Detail.newBuilder().setKey(PERMITS_ASKED).setValue(Integer.toUnsignedString(permitsAsked)))
        .build() : error, true);
  }

  /** Whether no node can serve the read: it asks for a revision that this cluster does not have. */
  public static boolean isNowhere(Error error) {
    return error.getReason().equals(TOO_STALE)
        && error.getDetailsList().stream().anyMatch(detail -> detail.getKey().equals(CURRENT_REVISION));
  }

  /** Whether this error says for certain that the call is in no log (E1). */
  public static boolean inNoLog(Error error) {
    return switch (error.getReason()) {
      case NOT_LEADER, NO_LEADER, STOPPING, OVERLOADED, UNREACHABLE -> true;
      default -> false;
    };
  }

  /**
   * The exception for the answer to a call.
   *
   * @param mutation
   *          whether the call was a mutation that left the client
   */
  public static BalsaException ofAnswer(Error error, boolean mutation) {
    boolean unknown = switch (ErrorCode.of(error.getCode())) {
      case UNKNOWN, DEADLINE_EXCEEDED, CANCELLED, INTERNAL, DATA_LOSS -> true;
      case UNAVAILABLE -> !inNoLog(error);
      default -> error.getReason().equals(REPLY_DROPPED);
    };
    return exception(error, mutation && unknown);
  }

  static BalsaException exception(Error error, boolean mayHaveBeenApplied) {
    ErrorCode code = ErrorCode.of(error.getCode());
    switch (error.getReason()) {
      case CLIENT_CLOSED -> {
        return new ClientClosedException(error, mayHaveBeenApplied);
      }
      case TRANSACTION_CONFLICT -> {
        return new TransactionConflictException(error, mayHaveBeenApplied);
      }
      case NO_SPACE -> {
        // To send it again helps only when somebody has made room.
        return new RefusedException(error, mayHaveBeenApplied);
      }
      case LOCK_NOT_OBTAINED, LOCK_REQUEST_ENDED -> {
        return new LockNotObtainedException(error, mayHaveBeenApplied);
      }
      case PERMITS_DIFFER -> {
        return new PermitsDifferException(error, mayHaveBeenApplied);
      }
      default -> {
      }
    }
    if (code == ErrorCode.DEADLINE_EXCEEDED) {
      return new DeadlineExceededException(error, mayHaveBeenApplied);
    }
    if (mayHaveBeenApplied) {
      return new OutcomeUnknownException(error, true);
    }
    return switch (code) {
      case INVALID_ARGUMENT -> new InvalidRequestException(error, false);
      case FAILED_PRECONDITION, OUT_OF_RANGE, NOT_FOUND, ALREADY_EXISTS, ABORTED, PERMISSION_DENIED,
          UNAUTHENTICATED ->
        new RefusedException(error, false);
      case UNAVAILABLE, RESOURCE_EXHAUSTED -> new UnavailableException(error, false);
      default -> new BalsaException(error, false);
    };
  }

  public static BalsaException invalid(String reason, String message) {
    return exception(error(ErrorCode.INVALID_ARGUMENT, reason, message), false);
  }

  public static BalsaException overloaded(String message) {
    return exception(error(ErrorCode.RESOURCE_EXHAUSTED, CLIENT_OVERLOADED, message), false);
  }

  public static BalsaException closed(boolean mayHaveBeenApplied) {
    String message = mayHaveBeenApplied
        ? "the client was closed before the answer came: the mutation may have been applied"
        : "the client is closed";
    return exception(error(ErrorCode.CANCELLED, CLIENT_CLOSED, message), mayHaveBeenApplied);
  }

  public static BalsaException deadline(String problem, boolean mayHaveBeenApplied) {
    String message = mayHaveBeenApplied
        ? "no answer within the deadline: the mutation was sent and may have been applied, or may still be"
        : "not done within the deadline, and nothing was changed";
    // E1: for a mutation that may be in a log the reason says so.
    String reason = mayHaveBeenApplied ? OUTCOME_UNKNOWN : DEADLINE_EXCEEDED;
    String text = problem.isEmpty() ? message : message + "; last problem: " + problem;
    return exception(error(ErrorCode.DEADLINE_EXCEEDED, reason, text), mayHaveBeenApplied);
  }

  public static BalsaException outcomeUnknown(String message) {
    return exception(error(ErrorCode.UNKNOWN, OUTCOME_UNKNOWN, message), true);
  }

  public static BalsaException interrupted(boolean mutation) {
    return exception(error(ErrorCode.CANCELLED, "INTERRUPTED",
        "the thread was interrupted while it waited" + (mutation ? ": the mutation may have been applied" : "")),
        mutation);
  }

  /** The state of the store, as the SDK found it, does not allow the call; nothing was changed. */
  public static BalsaException refused(String reason, String message) {
    return exception(error(ErrorCode.FAILED_PRECONDITION, reason, message), false);
  }

  public static BalsaException conflict(String message) {
    return exception(error(ErrorCode.ABORTED, TRANSACTION_CONFLICT, message), false);
  }

  /** The time was up before the lock was obtained. */
  public static BalsaException lockNotObtained(String message, boolean mayBeHeld) {
    return exception(error(ErrorCode.ABORTED, LOCK_NOT_OBTAINED, message), mayBeHeld);
  }

  /** The request for a lock ended with its session. */
  public static BalsaException lockRequestEnded(String message, boolean mayBeHeld) {
    return exception(error(ErrorCode.ABORTED, LOCK_REQUEST_ENDED, message), mayBeHeld);
  }

  /** A defect. */
  public static BalsaException unexpected(Throwable cause) {
    BalsaException error = exception(error(ErrorCode.INTERNAL, "INTERNAL", String.valueOf(cause)), false);
    error.initCause(cause);
    return error;
  }
}
