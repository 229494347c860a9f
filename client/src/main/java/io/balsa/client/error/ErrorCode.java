package io.balsa.client.error;

/** The coarse class of an error: the canonical status codes of gRPC, by their numbers on the wire. */
public enum ErrorCode {
  /** Never the code of an error; here because the wire has it. */
  OK(0),
  /** The call was cancelled, or its client was closed. */
  CANCELLED(1),
  /** The outcome is not known: a mutation may or may not have been applied. */
  UNKNOWN(2),
  /** The request is wrong whatever the state of the store is. */
  INVALID_ARGUMENT(3),
  /** The call's deadline passed first. */
  DEADLINE_EXCEEDED(4),
  /** What was asked for does not exist. */
  NOT_FOUND(5),
  /** What was to be made exists. */
  ALREADY_EXISTS(6),
  /** The caller may not do this. */
  PERMISSION_DENIED(7),
  /** A bound was reached; in no log, free to be retried: {@code OVERLOADED} a little later, {@code NO_SPACE} when there is room. */
  RESOURCE_EXHAUSTED(8),
  /** The state of the store does not allow this command; nothing was changed. */
  FAILED_PRECONDITION(9),
  /** Given up because of a conflict. */
  ABORTED(10),
  /** Outside of what exists: a compacted or future revision, an overflow. */
  OUT_OF_RANGE(11),
  /** The server does not know this operation. */
  UNIMPLEMENTED(12),
  /** A defect of the server. */
  INTERNAL(13),
  /** No node could serve the call; in no log. */
  UNAVAILABLE(14),
  /** Data was lost for good. */
  DATA_LOSS(15),
  /** The caller is not known. */
  UNAUTHENTICATED(16);

  private static final ErrorCode[] BY_NUMBER = new ErrorCode[values().length];

  static {
    for (ErrorCode code : values()) {
      BY_NUMBER[code.number] = code;
    }
  }

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The code with this number on the wire; {@link #UNKNOWN} for one that does not exist. */
  public static ErrorCode of(int number) {
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }
}
