package io.balsa.server.grpc;

import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.storage.state.Limits;
import java.util.List;

/** What a request of a session stream is, and how large the reply that is stored for it may become (S4). */
final class StreamOps {
  /** Of a reply that returns no values. */
  private static final int SMALL_REPLY_BYTES = 96;
  private static final int SMALL_OP_REPLY_BYTES = 32;

  /** How a stream serves it. */
  enum Kind {
    /** Numbered; proposed. */
    MUTATION,
    /** Not numbered; answered when a read index is applied (S5). */
    READ,
    /** Not numbered; answered when a lock request waits no longer, which may take as long as the session lives. */
    AWAIT,
    /** No request of a stream. */
    NONE
  }

  private StreamOps() {
  }

  static Kind kind(StreamRequest request) {
    boolean numbered = request.getSequence() != 0;
    return switch (request.getOpCase()) {
      case PUT, DELETE, INCR, TXN, LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE, COMPACT ->
        numbered ? Kind.MUTATION : Kind.NONE;
      case GET -> numbered ? Kind.NONE : Kind.READ;
      case LOCK_AWAIT -> numbered ? Kind.NONE : Kind.AWAIT;
      case OP_NOT_SET -> Kind.NONE;
    };
  }

  /** What the reply of a mutation is counted as until it is known: those that return values may be as large as allowed. */
  static int replyBytes(StreamRequest mutation) {
    return switch (mutation.getOpCase()) {
      case PUT -> mutation.getPut().getPrevKv() ? Limits.REPLY_BYTES_MAX : SMALL_REPLY_BYTES;
      case DELETE -> mutation.getDelete().getPrevKv() ? Limits.REPLY_BYTES_MAX : SMALL_REPLY_BYTES;
      case TXN -> replyBytes(mutation.getTxn());
      case INCR, LEASE_GRANT, LEASE_REVOKE, LOCK_ACQUIRE, LOCK_RELEASE, COMPACT -> SMALL_REPLY_BYTES;
      case GET, LOCK_AWAIT, OP_NOT_SET -> throw new IllegalArgumentException("no mutation: " + mutation.getOpCase());
    };
  }

  /** Whichever path runs. */
  private static int replyBytes(TxnRequest txn) {
    return Math.max(replyBytes(txn.getThenOpsList()), replyBytes(txn.getElseOpsList()));
  }

  private static int replyBytes(List<TxnOp> path) {
    return path.stream().anyMatch(StreamOps::returnsValues) ? Limits.REPLY_BYTES_MAX
        : Math.min(Limits.REPLY_BYTES_MAX, SMALL_REPLY_BYTES + SMALL_OP_REPLY_BYTES * path.size());
  }

  private static boolean returnsValues(TxnOp op) {
    return switch (op.getOpCase()) {
      case GET -> true;
      case RANGE -> !op.getRange().getCountOnly();
      case PUT -> op.getPut().getPrevKv();
      case DELETE -> op.getDelete().getPrevKv();
      case INCR, OP_NOT_SET -> false;
    };
  }
}
