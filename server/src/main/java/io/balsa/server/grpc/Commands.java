package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.CloseSession;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.internal.v1.RefusedCommand;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.SessionContext;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.raft.log.Bytes;

/** From requests to what stands in the log. The session stands once, in the command. */
public final class Commands {
  /** Of the format of Command. */
  private static final int VERSION = 1;

  private Commands() {
  }

  static Bytes put(PutRequest put) {
    return bytes(of(put.getSession()).setPut(put.hasSession() ? put.toBuilder().clearSession().build() : put));
  }

  static Bytes delete(DeleteRequest delete) {
    return bytes(
        of(delete.getSession()).setDelete(delete.hasSession() ? delete.toBuilder().clearSession().build() : delete));
  }

  static Bytes incr(IncrRequest incr) {
    return bytes(of(incr.getSession()).setIncr(incr.hasSession() ? incr.toBuilder().clearSession().build() : incr));
  }

  static Bytes txn(TxnRequest txn) {
    return bytes(of(txn.getSession()).setTxn(txn.hasSession() ? txn.toBuilder().clearSession().build() : txn));
  }

  static Bytes leaseGrant(LeaseGrantRequest grant) {
    return bytes(of(grant.getSession()).setLeaseGrant(grant.toBuilder().clearSession()));
  }

  static Bytes leaseRevoke(LeaseRevokeRequest revoke) {
    return bytes(of(revoke.getSession()).setLeaseRevoke(revoke.toBuilder().clearSession()));
  }

  static Bytes lockAcquire(LockAcquireRequest acquire) {
    return bytes(of(acquire.getSession()).setLockAcquire(acquire.toBuilder().clearSession()));
  }

  static Bytes lockRelease(LockReleaseRequest release) {
    return bytes(of(release.getSession()).setLockRelease(release.toBuilder().clearSession()));
  }

  static Bytes compact(CompactRequest compact) {
    return bytes(of(compact.getSession()).setCompact(compact.toBuilder().clearSession()));
  }

  /** What a leader proposes by itself. */
  public static Bytes compact(long revision) {
    return compact(CompactRequest.newBuilder().setRevision(revision).build());
  }

  static Bytes openSession(long ttlMillis) {
    return bytes(command().setOpenSession(OpenSession.newBuilder().setTtlMillis(ttlMillis)));
  }

  static Bytes closeSession(long sessionId) {
    return bytes(command().setCloseSession(CloseSession.newBuilder().setSessionId(sessionId)));
  }

  static Bytes renew(Renew.Builder renew) {
    return bytes(command().setRenew(renew));
  }

  /** A mutation of a session stream. */
  static Bytes of(long sessionId, long lowestAwaited, StreamRequest request) {
    Command.Builder command = session(sessionId, lowestAwaited, request.getSequence());
    switch (request.getOpCase()) {
      case PUT -> command.setPut(request.getPut());
      case DELETE -> command.setDelete(request.getDelete());
      case INCR -> command.setIncr(request.getIncr());
      case TXN -> command.setTxn(request.getTxn());
      case LEASE_GRANT -> command.setLeaseGrant(request.getLeaseGrant());
      case LEASE_REVOKE -> command.setLeaseRevoke(request.getLeaseRevoke());
      case LOCK_ACQUIRE -> command.setLockAcquire(request.getLockAcquire());
      case LOCK_RELEASE -> command.setLockRelease(request.getLockRelease());
      case COMPACT -> command.setCompact(request.getCompact());
      case GET, LOCK_AWAIT, OP_NOT_SET -> throw new IllegalArgumentException("no mutation: " + request.getOpCase());
    }
    return bytes(command);
  }

  /**
   * What takes the place of a mutation that must not be proposed, so that its number is used up and those behind it go on. The error is
   * its result, like any refusal that apply decides (S3): whoever asks for that number again, on another stream, is told the same.
   */
  static Bytes refused(long sessionId, long lowestAwaited, long sequence, Error why) {
    return bytes(session(sessionId, lowestAwaited, sequence).setRefused(RefusedCommand.newBuilder().setError(why)));
  }

  private static Command.Builder session(long sessionId, long lowestAwaited, long sequence) {
    return command().setSessionId(sessionId).setSequence(sequence).setLowestAwaited(lowestAwaited);
  }

  private static Command.Builder of(SessionContext context) {
    return session(context.getSessionId(), context.getLowestAwaited(), context.getSequence());
  }

  private static Command.Builder command() {
    return Command.newBuilder().setVersion(VERSION);
  }

  private static Bytes bytes(Command.Builder command) {
    return Bytes.wrap(command.build().toByteArray());
  }
}
