package io.balsa.server.grpc;

import io.grpc.Status;

/**
 * The one table from a reason to the status that carries it. Reasons are stable: clients decide by them. Those that the state
 * machine gives (NOT_A_NUMBER, OVERFLOW, FENCED, ...) bring their own code.
 */
public enum Reason {
  // In no log, try again freely (E1).
  NOT_LEADER(Status.Code.UNAVAILABLE), NO_LEADER(Status.Code.UNAVAILABLE), STOPPING(Status.Code.UNAVAILABLE),
  OVERLOADED(Status.Code.RESOURCE_EXHAUSTED),
  // In no log either, and to be tried again when there is room.
  NO_SPACE(Status.Code.RESOURCE_EXHAUSTED),
  // Proposed, and nobody can say what became of it (E1). Never UNAVAILABLE.
  OUTCOME_UNKNOWN(Status.Code.UNKNOWN),
  // The request itself.
  KEY_EMPTY(Status.Code.INVALID_ARGUMENT), KEY_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  VALUE_TOO_LARGE(Status.Code.INVALID_ARGUMENT), REQUEST_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  LOCK_NAME_EMPTY(Status.Code.INVALID_ARGUMENT), LOCK_NAME_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  LOCK_OWNER_TOO_LARGE(Status.Code.INVALID_ARGUMENT), TXN_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  DUPLICATE_KEY(Status.Code.INVALID_ARGUMENT), TTL_OUT_OF_RANGE(Status.Code.INVALID_ARGUMENT),
  SESSION_REQUIRED(Status.Code.INVALID_ARGUMENT),
  BAD_REQUEST(Status.Code.INVALID_ARGUMENT), PERMISSION_DENIED(Status.Code.PERMISSION_DENIED),
  // Reads.
  COMPACTED(Status.Code.OUT_OF_RANGE), FUTURE_REVISION(Status.Code.OUT_OF_RANGE), TOO_STALE(Status.Code.UNAVAILABLE),
  // Sessions and their streams.
  SESSION_EXPIRED(Status.Code.FAILED_PRECONDITION), REPLY_DROPPED(Status.Code.FAILED_PRECONDITION),
  WRONG_SEQUENCE(Status.Code.FAILED_PRECONDITION), SUPERSEDED(Status.Code.ABORTED),
  CLUSTER_CHANGED(Status.Code.FAILED_PRECONDITION),
  // Leases and locks.
  LEASE_NOT_FOUND(Status.Code.NOT_FOUND), TOO_MANY_AWAITS(Status.Code.RESOURCE_EXHAUSTED),
  // Administration.
  TRANSFER_FAILED(Status.Code.FAILED_PRECONDITION), NO_SUCH_MEMBER(Status.Code.NOT_FOUND),
  ALREADY_MEMBER(Status.Code.ALREADY_EXISTS), CHANGE_UNDER_WAY(Status.Code.FAILED_PRECONDITION),
  NOT_CAUGHT_UP(Status.Code.FAILED_PRECONDITION), QUORUM_AT_RISK(Status.Code.FAILED_PRECONDITION),
  WRONG_INCARNATION(Status.Code.FAILED_PRECONDITION), NOT_A_LEARNER(Status.Code.FAILED_PRECONDITION),
  LAST_VOTER(Status.Code.FAILED_PRECONDITION), TOO_MANY_MEMBERS(Status.Code.FAILED_PRECONDITION),
  // A defect of Balsa.
  INTERNAL(Status.Code.INTERNAL);

  private final Status.Code code;

  Reason(Status.Code code) {
    this.code = code;
  }

  public Status.Code code() {
    return code;
  }
}
