package io.balsa.server.grpc;

import static io.balsa.server.grpc.FieldChecks.first;

import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.server.grpc.Authorizer.Access;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.state.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction must be; see {@link RequestChecks}. An error of a guard or an operation says which: by its position in its
 * list, counted from 0, in the message and in the details.
 */
final class TxnChecks {
  private final FieldChecks fields;
  private final RequestChecks requests;
  private final Authorizer authorizer;

  TxnChecks(FieldChecks fields, RequestChecks requests, Authorizer authorizer) {
    this.fields = fields;
    this.requests = requests;
    this.authorizer = authorizer;
  }

  @Nullable
  Error check(Caller caller, TxnRequest txn) {
    int count = txn.getGuardsCount() + txn.getThenOpsCount() + txn.getElseOpsCount();
    if (count > Limits.TXN_OPS_MAX) {
      // First: what is too long is not worth a look at each.
      return Errors.error(Reason.TXN_TOO_LARGE,
          "a transaction has at most " + Limits.TXN_OPS_MAX + " guards and operations, both of its paths together,"
              + " and this one has " + count,
          "limit", Integer.toString(Limits.TXN_OPS_MAX), "size", Integer.toString(count));
    }
    Error error = first(fields.size(txn.getSerializedSize()), FieldChecks.context(txn.getSession()),
        fields.fence(txn.hasFence(), txn.getFence()));
    for (int i = 0; i < txn.getGuardsCount() && error == null; i++) {
      error = FieldChecks.at(guard(caller, txn.getGuards(i)), "guard " + i, List.of(detail("guard", i)));
    }
    return first(error, path(caller, "then", txn.getThenOpsList()), path(caller, "else", txn.getElseOpsList()));
  }

  private @Nullable Error path(Caller caller, String path, List<TxnOp> ops) {
    WrittenKeys written = new WrittenKeys();
    for (int i = 0; i < ops.size(); i++) {
      Error error = first(op(caller, ops.get(i)), written.add(ops.get(i)));
      if (error != null) {
        return FieldChecks.at(error, "operation " + i + " of " + path, List.of(detail("op", i),
            Error.Detail.newBuilder().setKey("path").setValue(path).build()));
      }
    }
    return null;
  }

  private static Error.Detail detail(String key, int position) {
    return Error.Detail.newBuilder().setKey(key).setValue(Integer.toString(position)).build();
  }

  private @Nullable Error guard(Caller caller, Guard guard) {
    if (guard.getConditionCase() == Guard.ConditionCase.LOCK_HELD) {
      return guard.hasRange() ? bad("a guard on a lock has no range of keys")
          : fields.fence(true, guard.getLockHeld());
    }
    return first(fields.range(guard.getRange()), condition(guard),
        authorizer.check(caller, Access.READ, KeyBounds.of(guard.getRange())));
  }

  private @Nullable Error condition(Guard guard) {
    return switch (guard.getConditionCase()) {
      case VALUE -> first(comparison(guard.getValue().getComparison()), fields.value(guard.getValue().getValue()));
      case VERSION -> comparison(guard.getVersion().getComparison());
      case CREATE_REVISION -> comparison(guard.getCreateRevision().getComparison());
      case MOD_REVISION -> comparison(guard.getModRevision().getComparison());
      case LEASE -> comparison(guard.getLease().getComparison());
      case UNCHANGED_SINCE -> FieldChecks.notNegative(guard.getUnchangedSince(), "unchanged_since");
      case EXISTS, LOCK_HELD -> null;
      case CONDITION_NOT_SET -> bad("a guard without a condition, or with one that this version does not know");
    };
  }

  private static @Nullable Error comparison(Comparison comparison) {
    return switch (comparison) {
      case EQUAL, NOT_EQUAL, LESS, GREATER -> null;
      case COMPARISON_UNSPECIFIED, UNRECOGNIZED ->
        bad("a guard that compares says how: EQUAL, NOT_EQUAL, LESS or GREATER");
    };
  }

  private @Nullable Error op(Caller caller, TxnOp op) {
    return switch (op.getOpCase()) {
      case GET -> first(read(op.getGet().getRevision(), op.getGet().hasConsistency()),
          requests.check(caller, op.getGet()));
      case RANGE -> first(read(op.getRange().getRevision(), op.getRange().hasConsistency()),
          op.getRange().getAfterKey().isEmpty() ? null
              : bad("a range of a transaction has no continuation: no after_key"),
          requests.check(caller, op.getRange()));
      case PUT -> first(noSession(op.getPut().hasSession()), requests.check(caller, op.getPut()));
      case DELETE -> first(noSession(op.getDelete().hasSession()), requests.check(caller, op.getDelete()));
      case INCR -> first(noSession(op.getIncr().hasSession()), requests.check(caller, op.getIncr()));
      case OP_NOT_SET -> bad("neither get, range, put, delete nor incr");
    };
  }

  private static @Nullable Error noSession(boolean given) {
    return given ? bad("the session stands in the transaction, not in its operations") : null;
  }

  private static @Nullable Error read(long revision, boolean consistencyGiven) {
    return revision == 0 && !consistencyGiven ? null
        : bad("a read of a transaction sees what the operations before it made: no revision, no consistency");
  }

  private static Error bad(String what) {
    return Errors.error(Reason.BAD_REQUEST, what);
  }
}
