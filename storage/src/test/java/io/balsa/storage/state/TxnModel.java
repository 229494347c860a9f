package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnOpResponse;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What a transaction does, told by the whole keyspace as of every revision: slow and plain. There are no leases and locks. */
final class TxnModel {
  private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

  private final TreeMap<Long, TreeMap<ByteString, KeyValue>> states = new TreeMap<>();
  private TreeMap<ByteString, KeyValue> keys = new TreeMap<>(ORDER);
  private boolean changed;

  TxnModel() {
    states.put(1L, new TreeMap<>(ORDER));
  }

  /** @param refusal the reason; empty: none */
  record Answer(String refusal, TxnResponse response, long revision) {
  }

  private static final class Refused extends Exception {
    Refused(String reason) {
      super(reason);
    }
  }

  long revision() {
    return states.lastKey();
  }

  TreeMap<Long, TreeMap<ByteString, KeyValue>> states() {
    return states;
  }

  Answer apply(TxnRequest txn) {
    keys = new TreeMap<>(states.lastEntry().getValue());
    changed = false;
    try {
      checkDuplicates(txn.getThenOpsList());
      checkDuplicates(txn.getElseOpsList());
      boolean succeeded = txn.getGuardsList().stream().allMatch(this::holds);
      TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
      for (TxnOp op : succeeded ? txn.getThenOpsList() : txn.getElseOpsList()) {
        response.addResponses(run(op));
      }
      if (changed) {
        states.put(revision() + 1, keys);
      }
      return new Answer("", response.build(), revision());
    } catch (Refused e) {
      return new Answer(e.getMessage(), TxnResponse.getDefaultInstance(), revision());
    }
  }

  private static void checkDuplicates(List<TxnOp> ops) throws Refused {
    for (int i = 0; i < ops.size(); i++) {
      for (int j = 0; j < ops.size(); j++) {
        ByteString written = single(ops.get(i));
        ByteString other = single(ops.get(j));
        if (i != j && written != null && (other != null
            ? written.equals(other)
            : ops.get(j).hasDelete() && within(ops.get(j).getDelete().getRange(), written))) {
          throw new Refused("DUPLICATE_KEY");
        }
      }
    }
  }

  private static ByteString single(TxnOp op) {
    return switch (op.getOpCase()) {
      case PUT -> op.getPut().getKey();
      case INCR -> op.getIncr().getKey();
      case DELETE -> op.getDelete().getRange().getEnd().isEmpty() ? op.getDelete().getRange().getStart() : null;
      default -> null;
    };
  }

  private static boolean within(KeyRange range, ByteString key) {
    if (range.getEnd().isEmpty()) {
      return key.equals(range.getStart());
    }
    return ORDER.compare(key, range.getStart()) >= 0
        && (range.getEnd().equals(ByteString.copyFrom(new byte[1])) || ORDER.compare(key, range.getEnd()) < 0);
  }

  private List<KeyValue> within(KeyRange range) {
    return keys.values().stream().filter(kv -> within(range, kv.getKey())).toList();
  }

  private boolean holds(Guard guard) {
    KeyRange range = guard.getRange();
    List<KeyValue> found = within(range);
    boolean single = range.getEnd().isEmpty();
    return switch (guard.getConditionCase()) {
      case LOCK_HELD -> false;
      case EXISTS -> guard.getExists() == !found.isEmpty();
      case UNCHANGED_SINCE -> unchanged(range, guard.getUnchangedSince());
      default -> (single && found.isEmpty())
          ? compare(guard, null)
          : found.stream().allMatch(kv -> compare(guard, kv));
    };
  }

  /** In every state from that revision on the range looks the same: to the revisions of its keys, and with nothing gone. */
  private boolean unchanged(KeyRange range, long since) {
    var then = states.floorEntry(Math.max(1, since)).getValue().values().stream()
        .filter(kv -> within(range, kv.getKey())).toList();
    return states.tailMap(since, false).values().stream()
        .allMatch(state -> state.values().stream().filter(kv -> within(range, kv.getKey())).toList().equals(then));
  }

  private static boolean compare(Guard guard, KeyValue kv) {
    KeyValue numbers = kv == null ? KeyValue.getDefaultInstance() : kv;
    return switch (guard.getConditionCase()) {
      case VALUE -> kv == null
          ? guard.getValue().getComparison() == Comparison.NOT_EQUAL
          : compare(guard.getValue().getComparison(), ORDER.compare(kv.getValue(), guard.getValue().getValue()));
      case VERSION -> compare(guard.getVersion(), numbers.getVersion());
      case CREATE_REVISION -> compare(guard.getCreateRevision(), numbers.getCreateRevision());
      case MOD_REVISION -> compare(guard.getModRevision(), numbers.getModRevision());
      case LEASE -> compare(guard.getLease(), numbers.getLease());
      default -> throw new IllegalArgumentException(guard.toString());
    };
  }

  private static boolean compare(NumberGuard guard, long number) {
    return compare(guard.getComparison(), Long.compare(number, guard.getNumber()));
  }

  private static boolean compare(Comparison comparison, int order) {
    return switch (comparison) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case GREATER -> order > 0;
      default -> throw new IllegalArgumentException(comparison.toString());
    };
  }

  private TxnOpResponse.Builder run(TxnOp op) throws Refused {
    TxnOpResponse.Builder response = TxnOpResponse.newBuilder();
    switch (op.getOpCase()) {
      case GET -> {
        KeyValue kv = keys.get(op.getGet().getKey());
        response.setGet(kv == null ? GetResponse.newBuilder() : GetResponse.newBuilder().setKv(kv));
      }
      case RANGE -> response.setRange(range(op.getRange()));
      case PUT -> {
        if (op.getPut().getLease() != 0) {
          throw new Refused("LEASE_NOT_FOUND");
        }
        KeyValue old = put(op.getPut().getKey(), op.getPut().getValue());
        response.setPut(old == null || !op.getPut().getPrevKv()
            ? PutResponse.newBuilder()
            : PutResponse.newBuilder().setPrevKv(old));
      }
      case DELETE -> {
        List<KeyValue> deleted = within(op.getDelete().getRange());
        deleted.forEach(kv -> keys.remove(kv.getKey()));
        changed |= !deleted.isEmpty();
        DeleteResponse.Builder answer = DeleteResponse.newBuilder().setDeleted(deleted.size());
        response.setDelete(op.getDelete().getPrevKv() ? answer.addAllPrevKvs(deleted) : answer);
      }
      case INCR -> {
        KeyValue old = keys.get(op.getIncr().getKey());
        long value = (old == null ? 0 : Long.parseLong(old.getValue().toStringUtf8())) + op.getIncr().getDelta();
        put(op.getIncr().getKey(), Log.bytes(Long.toString(value)));
        response.setIncr(IncrResponse.newBuilder().setValue(value));
      }
      default -> throw new IllegalArgumentException(op.toString());
    }
    return response;
  }

  private KeyValue put(ByteString key, ByteString value) {
    KeyValue old = keys.get(key);
    long next = revision() + 1;
    keys.put(key, KeyValue.newBuilder().setKey(key).setValue(value).setModRevision(next)
        .setCreateRevision(old == null ? next : old.getCreateRevision())
        .setVersion(old == null ? 1 : old.getVersion() + 1).build());
    changed = true;
    return old;
  }

  private RangeResponse range(RangeRequest range) {
    List<KeyValue> found = new ArrayList<>();
    for (KeyValue kv : within(range.getRange())) {
      if (kv.getModRevision() >= range.getMinModRevision()
          && (range.getMaxCreateRevision() == 0 || kv.getCreateRevision() <= range.getMaxCreateRevision())) {
        found.add(range.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv);
      }
    }
    if (range.getOrder() == RangeRequest.Order.DESCENDING) {
      found = found.reversed();
    }
    RangeResponse.Builder response = RangeResponse.newBuilder().setLast(true)
        .setReadRevision(changed ? revision() + 1 : revision());
    if (range.getCountOnly()) {
      return response.setCount(found.size()).build();
    }
    int limit = range.getLimit() == 0 ? found.size() : (int) Math.min(found.size(), range.getLimit());
    return response.setMore(limit < found.size()).setCount(limit).addAllKvs(found.subList(0, limit)).build();
  }
}
