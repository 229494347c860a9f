package io.balsa.storage.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.RefusedCommand;
import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.storage.kv.StoreException;
import java.io.IOException;

/**
 * From the payload of a COMMAND entry to its result: decode, dedupe (S3), evaluate, change (A2). A total function of payload
 * and replicated state (A6): only the store may fail.
 */
final class Commands {
  private static final int COMMAND_VERSION = 1;

  private Commands() {
  }

  static Result apply(Bytes payload, ApplyBatch batch) throws StoreException {
    Command command;
    try {
      command = decode(payload);
    } catch (InvalidProtocolBufferException e) {
      return finished(Outcome.refused(StatusCode.INVALID_ARGUMENT, "UNREADABLE_COMMAND",
          "these " + payload.size()
              + " bytes are no command, so nothing was changed: this is a defect of whoever sent them"),
          batch);
    }
    if (command.getVersion() != COMMAND_VERSION || !isKnown(command)) {
      return finished(Outcome.refused(StatusCode.UNIMPLEMENTED, "UNKNOWN_COMMAND", "a command of format version "
          + Integer.toUnsignedString(command.getVersion()) + " and kind " + command.getOpCase()
          + " is unknown to cluster version " + batch.clusterVersion()
          + ", so nothing was changed: use a client of the same"
          + " version, or finish the upgrade of the cluster first"), batch);
    }
    return command.getSessionId() == 0 ? finished(evaluate(command, batch), batch) : sequenced(command, batch);
  }

  /** Keys and values stay where they are in the payload. */
  private static Command decode(Bytes payload) throws InvalidProtocolBufferException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(payload.array()).newCodedInput();
    in.enableAliasing(true);
    try {
      Command command = Command.parseFrom(in);
      in.checkLastTagWas(0);
      return command;
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }

  /** S3. */
  private static Result sequenced(Command command, ApplyBatch batch) throws StoreException {
    Lease session = batch.leases().findSession(command.getSessionId());
    if (session == null) {
      return finished(Sessions.expired(command.getSessionId()), batch);
    }
    long sequence = command.getSequence();
    SequenceTable sequences = session.sequences;
    if (sequence == sequences.last() + 1 && isNumbered(command)) {
      Result result = finished(evaluate(command, batch), batch);
      // It may have ended its own session, which then keeps nothing.
      if (!session.removed) {
        batch.executed(session, result.toByteArray());
        // Its own reply it cannot have received.
        batch.acknowledge(session, Math.min(command.getLowestAwaited(), sequence));
      }
      return result;
    }
    if (sequence >= 1 && sequence <= sequences.last()) {
      return repeated(session, sequence, batch);
    }
    return finished(Outcome.refused(StatusCode.FAILED_PRECONDITION, "WRONG_SEQUENCE",
        "session " + session.id + " expects sequence "
            + (sequences.last() + 1) + " with a command that is numbered, and this is "
            + Long.toUnsignedString(sequence) + " with "
            + command.getOpCase() + ", so nothing was changed: send what is missing first",
        "expected",
        Long.toString(sequences.last() + 1)), batch);
  }

  private static Result repeated(Lease session, long sequence, ApplyBatch batch) throws StoreException {
    byte[] stored = sequence < session.sequences.lowestAwaited() ? null : batch.reply(session, sequence);
    if (stored == null) {
      return finished(
          Outcome.refused(StatusCode.FAILED_PRECONDITION, "REPLY_DROPPED", "sequence " + sequence + " of session "
              + session.id + " was applied, and its reply was acknowledged and dropped: it is not applied again"),
          batch);
    }
    return StoredReplies.decode(stored);
  }

  private static boolean isNumbered(Command command) {
    return switch (command.getOpCase()) {
      case PUT, DELETE, INCR, TXN, LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE, COMPACT, REFUSED -> true;
      case OPEN_SESSION, CLOSE_SESSION, RENEW, OP_NOT_SET -> false;
    };
  }

  private static boolean isKnown(Command command) {
    return switch (command.getOpCase()) {
      case PUT, DELETE, INCR, TXN, LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE, COMPACT, REFUSED,
          OPEN_SESSION, CLOSE_SESSION, RENEW ->
        true;
      case OP_NOT_SET -> false;
    };
  }

  private static Outcome evaluate(Command command, ApplyBatch batch) throws StoreException {
    return switch (command.getOpCase()) {
      case PUT -> Puts.evaluate(command.getPut(), batch);
      case DELETE -> Deletes.evaluate(command.getDelete(), batch);
      case INCR -> Increments.evaluate(command.getIncr(), batch);
      case OPEN_SESSION -> Sessions.open(command.getOpenSession(), batch);
      case CLOSE_SESSION -> Sessions.close(command.getCloseSession(), batch);
      case RENEW -> Sessions.renew(command.getRenew(), batch);
      case TXN -> Txns.evaluate(command.getTxn(), batch);
      case LEASE_GRANT -> UserLeases.grant(command.getLeaseGrant(), batch);
      case LEASE_REVOKE -> UserLeases.revoke(command.getLeaseRevoke(), batch);
      case LOCK_ACQUIRE -> Locks.acquire(command, batch);
      case LOCK_RELEASE -> Locks.release(command, batch);
      case COMPACT -> Compactions.evaluate(command.getCompact(), batch);
      case REFUSED -> refused(command.getRefused());
      case OP_NOT_SET ->
        throw new IllegalStateException("a command without an operation was to be refused before");
    };
  }

  /** What its leader did not accept: the error is its result. */
  private static Outcome refused(RefusedCommand refused) {
    Result.Builder reply = Result.newBuilder().setError(refused.getError());
    int size = refused.getError().getSerializedSize();
    return size > Limits.REPLY_BYTES_MAX ? Arguments.replyTooLarge(size) : Outcome.of(reply);
  }

  /** Makes the changes and the result; a reply that is too large is refused before anything is changed (S4). */
  private static Result finished(Outcome outcome, ApplyBatch batch) {
    boolean changes = !outcome.changes().isEmpty();
    Result result = outcome.reply().setRevision(changes ? batch.revision() + 1 : batch.revision()).build();
    // What changes no keys and may be large is a transaction that reads; the others may have taken effect already.
    if ((changes || result.hasTxn()) && result.getSerializedSize() > Limits.REPLY_BYTES_MAX) {
      return Arguments.replyTooLarge(result.getSerializedSize()).reply().setRevision(batch.revision()).build();
    }
    batch.change(outcome.changes());
    return result;
  }
}
