package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.storage.mvcc.KeyBounds;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is wrong with a transaction whatever the state: of both paths, so that it does not depend on which one is taken. */
final class TxnChecks {
  private TxnChecks() {
  }

  /** Null: nothing is wrong. */
  static @Nullable Outcome check(TxnRequest txn) {
    long parts = (long) txn.getGuardsCount() + txn.getThenOpsCount() + txn.getElseOpsCount();
    if (parts > Limits.TXN_OPS_MAX) {
      return Outcome.refused(StatusCode.INVALID_ARGUMENT, "TXN_TOO_LARGE",
          "a transaction has at most " + Limits.TXN_OPS_MAX
              + " guards and operations, both paths together, and this one"
              + " has " + parts + ": split it",
          "limit", Integer.toString(Limits.TXN_OPS_MAX), "size", Long.toString(parts));
    }
    for (int i = 0; i < txn.getGuardsCount(); i++) {
      Outcome refusal = Guards.check(txn.getGuards(i));
      if (refusal != null) {
        return refusal.with("guard", Integer.toString(i));
      }
    }
    Outcome refusal = check(txn.getThenOpsList(), Txns.THEN);
    return refusal == null ? check(txn.getElseOpsList(), Txns.ELSE) : refusal;
  }

  private static @Nullable Outcome check(List<TxnOp> ops, String path) {
    TreeSet<ByteString> written = new TreeSet<>(ByteString.unsignedLexicographicalComparator());
    for (int i = 0; i < ops.size(); i++) {
      Outcome refusal = check(ops.get(i));
      ByteString key = refusal == null ? writtenKey(ops.get(i)) : null;
      if (key != null && !written.add(key)) {
        refusal = duplicate();
      }
      if (refusal != null) {
        return Txns.at(refusal, path, i);
      }
    }
    for (int i = 0; i < ops.size(); i++) {
      if (deletesRange(ops.get(i)) && containsAny(ops.get(i).getDelete(), written)) {
        return Txns.at(duplicate(), path, i);
      }
    }
    return null;
  }

  private static @Nullable Outcome check(TxnOp op) {
    return switch (op.getOpCase()) {
      case GET -> check(op.getGet());
      case RANGE -> check(op.getRange());
      case PUT -> check(op.getPut());
      case DELETE -> check(op.getDelete());
      case INCR -> check(op.getIncr());
      case OP_NOT_SET -> Arguments.badRequest("an operation of a transaction is a get, range, put, delete or increment,"
          + " and this one is none known here");
    };
  }

  private static @Nullable Outcome check(GetRequest get) {
    return get.getRevision() != 0 || get.hasConsistency() ? readsTheStateItself() : Arguments.checkKey(get.getKey());
  }

  private static @Nullable Outcome check(RangeRequest range) {
    if (range.getRevision() != 0 || range.hasConsistency() || !range.getAfterKey().isEmpty()) {
      return readsTheStateItself();
    }
    if (range.getOrder() == RangeRequest.Order.UNRECOGNIZED) {
      return Arguments.badRequest("a range is ASCENDING or DESCENDING: say which");
    }
    return Arguments.checkRange(range.getRange());
  }

  private static @Nullable Outcome check(PutRequest put) {
    return put.hasSession() ? hasNoSession() : Puts.check(put);
  }

  private static @Nullable Outcome check(DeleteRequest delete) {
    return delete.hasSession() ? hasNoSession() : Arguments.checkRange(delete.getRange());
  }

  private static @Nullable Outcome check(IncrRequest incr) {
    return incr.hasSession() ? hasNoSession() : Arguments.checkKey(incr.getKey());
  }

  private static Outcome readsTheStateItself() {
    return Arguments
        .badRequest("an operation of a transaction reads the state that those before it made: leave revision,"
            + " consistency and after_key out");
  }

  private static Outcome hasNoSession() {
    return Arguments.badRequest("a transaction is numbered as a whole: leave the session of its operations out");
  }

  private static Outcome duplicate() {
    return Outcome.refused(StatusCode.INVALID_ARGUMENT, "DUPLICATE_KEY",
        "a transaction writes a key once at most on each of its paths, and this operation is the second one: drop one");
  }

  /** The one key that an operation writes, if it is one. */
  private static @Nullable ByteString writtenKey(TxnOp op) {
    return switch (op.getOpCase()) {
      case PUT -> op.getPut().getKey();
      case INCR -> op.getIncr().getKey();
      case DELETE -> deletesRange(op) ? null : op.getDelete().getRange().getStart();
      case GET, RANGE, OP_NOT_SET -> null;
    };
  }

  private static boolean deletesRange(TxnOp op) {
    return op.hasDelete() && !op.getDelete().getRange().getEnd().isEmpty();
  }

  private static boolean containsAny(DeleteRequest delete, TreeSet<ByteString> written) {
    KeyBounds bounds = KeyBounds.of(delete.getRange());
    ByteString first = written.ceiling(bounds.start());
    return first != null && bounds.contains(first);
  }
}
