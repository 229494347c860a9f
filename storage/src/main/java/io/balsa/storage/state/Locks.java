package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAcquireResponse;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockReleaseResponse;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockState;
import io.balsa.storage.state.lock.LockAcquisition;
import io.balsa.storage.state.lock.LockRequest;
import io.balsa.storage.state.lock.LockVerdict;
import org.jspecify.annotations.Nullable;

/** Acquire and Release: what is wrong with a request, and how its outcome goes over the wire. None adds a revision (A5). */
final class Locks {

  private Locks() {
  }

  static Outcome acquire(Command command, ApplyBatch batch) {
    LockAcquireRequest acquire = command.getLockAcquire();
    Outcome refusal = check(command, acquire.getName());
    if (refusal == null) {
      refusal = Arguments.checkSize("LOCK_OWNER_TOO_LARGE", "an owner id", Arguments.utf8Size(acquire.getOwner()),
          Limits.LOCK_OWNER_BYTES_MAX);
    }
    if (refusal != null) {
      return refusal;
    }
    boolean shared = acquire.getMode() == LockMode.SHARED;
    if (!shared && acquire.getMode() != LockMode.EXCLUSIVE) {
      return Arguments.badRequest("a lock is acquired EXCLUSIVE or SHARED, and this request says neither: say which");
    }
    long permits = shared ? Integer.toUnsignedLong(acquire.getPermits()) : 0;
    LockVerdict verdict = batch.locks().acquire(new LockAcquisition(acquire.getName(), command.getSessionId(),
        command.getSequence(), acquire.getOwner(), shared, permits, batch.entryIndex(), batch.clusterTimeNanos(),
        deadline(acquire, batch.clusterTimeNanos())));
    return outcome(command, acquire, verdict);
  }

  private static long deadline(LockAcquireRequest acquire, long clusterTimeNanos) {
    if (!acquire.hasWaitMillis()) {
      return LockRequest.NEVER;
    }
    long wait = acquire.getWaitMillis();
    if (wait == 0) {
      return LockAcquisition.NOT_AT_ALL;
    }
    // An unsigned number; what does not fit is for ever.
    return wait < 0 || wait > Limits.TTL_MILLIS_MAX ? LockRequest.NEVER : Lease.deadline(clusterTimeNanos, wait);
  }

  private static Outcome outcome(Command command, LockAcquireRequest acquire, LockVerdict verdict) {
    LockAcquireResponse.Builder response = LockAcquireResponse.newBuilder().setRequest(
        LockRequestId.newBuilder().setSessionId(command.getSessionId()).setSequence(command.getSequence()));
    return switch (verdict.kind()) {
      case HELD -> acquired(response.setState(LockState.HELD).setToken(verdict.number()));
      case WAITING -> acquired(response.setState(LockState.WAITING).setRequestsBefore((int) verdict.number()));
      case GONE -> acquired(response.setState(LockState.GONE));
      case UPGRADE -> Outcome.refused(StatusCode.FAILED_PRECONDITION, "LOCK_UPGRADE",
          "this owner shares lock \"" + acquire.getName() + "\" with token " + verdict.number()
              + ", and would wait for itself: release it first, then acquire it EXCLUSIVE",
          "token", Long.toString(verdict.number()));
      case PERMITS_DIFFER -> Outcome.refused(StatusCode.FAILED_PRECONDITION, "PERMITS_DIFFER",
          "lock \"" + acquire.getName() + "\" is shared by "
              + (verdict.number() == 0 ? "any number of owners" : verdict.number() + " owners at most")
              + " now, and this request says "
              + (acquire.getPermits() == 0 ? "any number" : Integer.toUnsignedString(acquire.getPermits()))
              + ": say the same, or wait until nobody shares it",
          "permits", Long.toString(verdict.number()));
      case SESSION_FULL -> tooMany("session " + command.getSessionId(), verdict.number());
      case LOCK_FULL -> tooMany("lock \"" + acquire.getName() + "\"", verdict.number());
    };
  }

  private static Outcome acquired(LockAcquireResponse.Builder response) {
    return Outcome.of(Result.newBuilder().setLockAcquire(response));
  }

  private static Outcome tooMany(String what, long requests) {
    return Outcome.refused(StatusCode.FAILED_PRECONDITION, "TOO_MANY_LOCK_REQUESTS",
        what + " has " + requests + " requests, held and waiting, and may have " + Limits.LOCK_REQUESTS_MAX
            + ": release some first",
        "limit", Integer.toString(Limits.LOCK_REQUESTS_MAX), "size", Long.toString(requests));
  }

  /** Idempotent: of a request that is gone it changes nothing (K2). */
  static Outcome release(Command command, ApplyBatch batch) {
    LockReleaseRequest release = command.getLockRelease();
    Outcome refusal = check(command, release.getName());
    if (refusal != null) {
      return refusal;
    }
    LockRequestId id = release.getRequest();
    if (id.getSessionId() != command.getSessionId()) {
      return Arguments.badRequest("request " + Long.toUnsignedString(id.getSessionId()) + "/"
          + Long.toUnsignedString(id.getSequence()) + " belongs to another session than "
          + command.getSessionId()
          + ": a lock is released by the session that acquired it, or by revoking that session");
    }
    LockRequest was = batch.locks().release(release.getName(), id.getSessionId(), id.getSequence());
    LockState state = was == null ? LockState.GONE : was.isHeld() ? LockState.HELD : LockState.WAITING;
    return Outcome.of(Result.newBuilder().setLockRelease(LockReleaseResponse.newBuilder().setWas(state)));
  }

  private static @Nullable Outcome check(Command command, String name) {
    if (command.getSessionId() == 0) {
      return Outcome.refused(StatusCode.INVALID_ARGUMENT, "SESSION_REQUIRED",
          "a lock is held by a session, and this request has none: open a session and number the request");
    }
    return Arguments.checkLockName(name);
  }
}
