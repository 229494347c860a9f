package io.balsa.server.grpc;

import static io.balsa.server.grpc.FieldChecks.first;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockDescribeRequest;
import io.balsa.proto.v1.LockListRequest;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.SessionContext;
import io.balsa.storage.state.Limits;
import org.jspecify.annotations.Nullable;

/** What requests about locks must be; see {@link RequestChecks}. */
final class LockChecks {
  private final FieldChecks fields;

  LockChecks(FieldChecks fields) {
    this.fields = fields;
  }

  /** As a unary call. */
  @Nullable
  Error check(LockAcquireRequest acquire) {
    return first(session(acquire.hasSession(), acquire.getSession()),
        check(acquire.getSession().getSessionId(), acquire));
  }

  /** K2: a request belongs to a session. */
  @Nullable
  Error check(long sessionId, LockAcquireRequest acquire) {
    boolean modeKnown = acquire.getMode() == LockMode.EXCLUSIVE || acquire.getMode() == LockMode.SHARED;
    Error mode = modeKnown ? null
        : Errors.error(Reason.BAD_REQUEST, "mode " + acquire.getModeValue() + " is neither EXCLUSIVE nor SHARED");
    return first(belongs(sessionId, acquire.getSession(), acquire.hasSession()),
        fields.lockName(acquire.getName(), acquire.getNameBytes()), owner(acquire), mode);
  }

  private static @Nullable Error owner(LockAcquireRequest acquire) {
    return FieldChecks.bytes(Reason.LOCK_OWNER_TOO_LARGE, "the owner of the lock", acquire.getOwnerBytes().size(),
        Limits.LOCK_OWNER_BYTES_MAX);
  }

  /** As a unary call. */
  @Nullable
  Error check(LockReleaseRequest release) {
    return first(session(release.hasSession(), release.getSession()),
        check(release.getSession().getSessionId(), release));
  }

  @Nullable
  Error check(long sessionId, LockReleaseRequest release) {
    return first(belongs(sessionId, release.getSession(), release.hasSession()),
        fields.lockName(release.getName(), release.getNameBytes()), request(release.getRequest()),
        own(sessionId, release.getRequest()));
  }

  @Nullable
  Error check(LockAwaitRequest await) {
    return first(fields.lockName(await.getName(), await.getNameBytes()), request(await.getRequest()));
  }

  /** On the stream of a session. */
  @Nullable
  Error check(long sessionId, LockAwaitRequest await) {
    return first(check(await), own(sessionId, await.getRequest()));
  }

  @Nullable
  Error check(LockDescribeRequest describe) {
    return fields.lockName(describe.getName(), describe.getNameBytes());
  }

  @Nullable
  Error check(LockListRequest list) {
    return first(fields.lockNameLength(list.getPrefixBytes()), fields.lockNameLength(list.getAfterNameBytes()));
  }

  private static @Nullable Error session(boolean given, SessionContext context) {
    return given && context.getSessionId() != 0 ? FieldChecks.context(context)
        : Errors.error(Reason.SESSION_REQUIRED,
            "a lock request belongs to a session and ends with it: open one, and send session_id and sequence");
  }

  /** What a stream carries needs no context, and must not name another session. */
  private static @Nullable Error belongs(long sessionId, SessionContext context, boolean given) {
    return !given || context.getSessionId() == sessionId ? null
        : Errors.error(Reason.BAD_REQUEST, "this is the stream of session " + Long.toUnsignedString(sessionId)
            + ", and the request names session " + Long.toUnsignedString(context.getSessionId()));
  }

  private static @Nullable Error request(LockRequestId request) {
    return request.getSessionId() > 0 && request.getSequence() > 0 ? null
        : Errors.error(Reason.BAD_REQUEST,
            "a lock request is named by the session and the sequence of its Acquire; this is session "
                + Long.toUnsignedString(request.getSessionId()) + " and sequence "
                + Long.toUnsignedString(request.getSequence()));
  }

  private static @Nullable Error own(long sessionId, LockRequestId request) {
    return request.getSessionId() == sessionId ? null
        : Errors.error(Reason.BAD_REQUEST, "the lock request is of session "
            + Long.toUnsignedString(request.getSessionId()) + ", and only that session may ask this; this is session "
            + Long.toUnsignedString(sessionId));
  }
}
