package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnOpResponse;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.RangeQuery;
import java.util.List;

/**
 * Txn: all guards first, then one of two lists of operations, each of which sees those before it; all changes at one revision,
 * and none if any operation is refused (A2, A4).
 */
final class Txns {
  static final String THEN = "then";
  static final String ELSE = "else";

  private Txns() {
  }

  static Outcome evaluate(TxnRequest txn, ApplyBatch batch) throws StoreException {
    Outcome refusal = txn.hasFence() ? Arguments.checkFence(txn.getFence(), batch) : null;
    if (refusal == null) {
      refusal = TxnChecks.check(txn);
    }
    if (refusal != null) {
      return refusal;
    }
    TxnView view = new TxnView(batch);
    boolean succeeded = true;
    for (int i = 0; i < txn.getGuardsCount() && succeeded; i++) {
      succeeded = Guards.holds(txn.getGuards(i), view);
      if (view.isExhausted()) {
        return tooMuchRead().with("guard", Integer.toString(i));
      }
    }
    return run(succeeded, succeeded ? txn.getThenOpsList() : txn.getElseOpsList(), view);
  }

  private static Outcome run(boolean succeeded, List<TxnOp> ops, TxnView view) throws StoreException {
    TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
    String path = succeeded ? THEN : ELSE;
    long bytes = 0;
    for (int i = 0; i < ops.size(); i++) {
      Outcome outcome = evaluate(ops.get(i), view);
      if (!outcome.isRefusal()) {
        view.change(outcome.changes());
        TxnOpResponse answer = answer(outcome.reply());
        response.addResponses(answer);
        bytes += answer.getSerializedSize();
        outcome = bounded(outcome, bytes, view);
      }
      if (outcome.isRefusal()) {
        return at(outcome, path, i);
      }
    }
    return new Outcome(Result.newBuilder().setTxn(response), view.changes());
  }

  /** The outcome, or the refusal that it has come to because of all operations so far. */
  private static Outcome bounded(Outcome outcome, long replyBytes, TxnView view) {
    if (view.changes().size() > Limits.COMMAND_KEYS_MAX) {
      return Arguments.tooManyKeys("one command changes at most " + Limits.COMMAND_KEYS_MAX
          + " keys, and this transaction more: split it", Limits.COMMAND_KEYS_MAX);
    }
    if (view.isExhausted()) {
      return tooMuchRead();
    }
    return replyBytes > Limits.REPLY_BYTES_MAX ? Arguments.replyTooLarge(replyBytes) : outcome;
  }

  private static Outcome tooMuchRead() {
    return Arguments.tooManyKeys("one command looks at " + Limits.COMMAND_ROWS_MAX + " keys and "
        + Limits.COMMAND_VALUE_BYTES_MAX
        + " bytes of values at most, and this transaction at more: name smaller ranges",
        Limits.COMMAND_ROWS_MAX);
  }

  /** Says which operation it was. */
  static Outcome at(Outcome refusal, String path, int position) {
    return refusal.in("operation " + position + " of " + path).with("op", Integer.toString(position)).with("path",
        path);
  }

  private static Outcome evaluate(TxnOp op, TxnView view) throws StoreException {
    return switch (op.getOpCase()) {
      case GET -> get(op.getGet(), view);
      case RANGE -> range(op.getRange(), view);
      case PUT -> Puts.evaluate(op.getPut(), view);
      case DELETE -> Deletes.evaluate(op.getDelete(), view);
      case INCR -> Increments.evaluate(op.getIncr(), view);
      case OP_NOT_SET -> throw new IllegalStateException("an operation that is none was to be refused before");
    };
  }

  private static TxnOpResponse answer(Result.Builder reply) {
    TxnOpResponse.Builder answer = TxnOpResponse.newBuilder();
    switch (reply.getKindCase()) {
      case TXN -> answer.mergeFrom(reply.getTxn().getResponses(0));
      case PUT -> answer.setPut(reply.getPut());
      case DELETE -> answer.setDelete(reply.getDelete());
      case INCR -> answer.setIncr(reply.getIncr());
      default -> throw new IllegalStateException("not an operation's result: " + reply.getKindCase());
    }
    return answer.build();
  }

  /** A Result has no kind for reads: theirs stands in a transaction's. */
  private static Outcome read(TxnOpResponse.Builder read) {
    return Outcome.of(Result.newBuilder().setTxn(TxnResponse.newBuilder().addResponses(read)));
  }

  private static Outcome get(GetRequest get, TxnView view) throws StoreException {
    byte[] key = get.getKey().toByteArray();
    KeyState state = view.current(key);
    GetResponse.Builder response = GetResponse.newBuilder();
    if (state.exists()) {
      response.setKv(state.toKeyValue(key, view.value(key, state)));
    }
    return read(TxnOpResponse.newBuilder().setGet(response));
  }

  private static Outcome range(RangeRequest range, TxnView view) throws StoreException {
    RangeResponse.Builder response = RangeResponse.newBuilder().setReadRevision(view.revision()).setLast(true);
    KeyBounds bounds = KeyBounds.of(range.getRange());
    if (!bounds.isEmpty()) {
      read(range, bounds, view, response);
    }
    return read(TxnOpResponse.newBuilder().setRange(response));
  }

  private static void read(RangeRequest range, KeyBounds bounds, TxnView view, RangeResponse.Builder response)
      throws StoreException {
    RangeQuery.Filter filter = new RangeQuery.Filter(range.getMinModRevision(), range.getMaxModRevision(),
        range.getMinCreateRevision(), range.getMaxCreateRevision());
    // An unsigned number; 0: none.
    long limit = range.getLimit() <= 0 || range.getCountOnly() ? Long.MAX_VALUE : range.getLimit();
    int max = view.rowsLeft() + 1;
    if (filter.equals(RangeQuery.Filter.NONE) && limit < max) {
      max = (int) limit + 1;
    }
    long matched = 0;
    long bytes = 0;
    for (Overlay.Row<KeyState> row : view.scan(bounds, max, range.getOrder() == RangeRequest.Order.DESCENDING)) {
      if (!filter.matches(row.value)) {
        continue;
      }
      if (matched == limit) {
        response.setMore(true);
        break;
      }
      matched++;
      // What is too much for a reply is refused by its size; no need to read the rest of it.
      if (!range.getCountOnly() && bytes <= Limits.REPLY_BYTES_MAX) {
        var kv = row.value.toKeyValue(row.key,
            range.getKeysOnly() ? ByteString.EMPTY : view.value(row.key, row.value));
        bytes += kv.getSerializedSize();
        response.addKvs(kv);
      }
    }
    response.setCount(matched);
  }
}
