package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.DeleteResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnOpResponse;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.balsa.proto.v1.ValueGuard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Keys with their whole history: each revision is a copy of the store, which is slow, small and obviously right. */
final class ModelKeys {
  /** A command that is refused. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Error error;

    Refused(ErrorCode code, String reason, String message) {
      this.error = Errors.error(code, reason, message);
    }
  }

  private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

  private final TreeMap<Long, TreeMap<ByteString, KeyValue>> history = new TreeMap<>();
  private final BiPredicate<String, Long> lockHeld;
  private long compacted;
  /** Of the command under way. */
  private TreeMap<ByteString, KeyValue> working = new TreeMap<>(ORDER);
  private boolean changed;

  ModelKeys(BiPredicate<String, Long> lockHeld) {
    this.lockHeld = lockHeld;
    history.put(1L, new TreeMap<>(ORDER));
  }

  long revision() {
    return history.lastKey();
  }

  void compact(long revision) {
    compacted = revision;
  }

  /** As the command. */
  void compactTo(long revision) {
    if (revision > revision()) {
      throw new Refused(ErrorCode.OUT_OF_RANGE, "FUTURE_REVISION", "now: " + revision());
    }
    if (revision < compacted) {
      throw new Refused(ErrorCode.OUT_OF_RANGE, Errors.COMPACTED, "compacted: " + compacted);
    }
    compacted = revision;
  }

  /** Begins a command, which sees its own changes and keeps them together or not at all. */
  void begin() {
    working = new TreeMap<>(history.lastEntry().getValue());
    changed = false;
  }

  void commit() {
    if (changed) {
      history.put(revision() + 1, working);
    }
  }

  /** What this revision did to the keys of a range, in the order of the keys. */
  List<Event> events(long revision, KeyRange range) {
    TreeMap<ByteString, KeyValue> after = at(revision);
    TreeMap<ByteString, KeyValue> before = revision == history.firstKey()
        ? new TreeMap<>(ORDER)
        : history.get(revision - 1);
    List<Event> events = new ArrayList<>();
    TreeMap<ByteString, KeyValue> either = new TreeMap<>(before);
    either.putAll(after);
    for (ByteString key : either.keySet()) {
      KeyValue now = after.get(key);
      if (contains(range, key) && !(now == null ? !before.containsKey(key) : now.equals(before.get(key)))) {
        Event.Builder event = Event.newBuilder().setType(now == null ? Event.Type.DELETE : Event.Type.PUT)
            .setKv(now == null ? KeyValue.newBuilder().setKey(key).setModRevision(revision).build() : now);
        if (before.containsKey(key)) {
          event.setPrevKv(before.get(key));
        }
        events.add(event.build());
      }
    }
    return events;
  }

  private static boolean contains(KeyRange range, ByteString key) {
    ByteString end = range.getEnd();
    boolean endless = end.size() == 1 && end.byteAt(0) == 0;
    return end.isEmpty()
        ? key.equals(range.getStart())
        : ORDER.compare(key, range.getStart()) >= 0 && (endless || ORDER.compare(key, end) < 0);
  }

  long compacted() {
    return compacted;
  }

  private TreeMap<ByteString, KeyValue> at(long revision) {
    if (revision == 0) {
      return history.lastEntry().getValue();
    }
    if (revision < compacted) {
      throw new Refused(ErrorCode.OUT_OF_RANGE, Errors.COMPACTED, "compacted: " + compacted);
    }
    if (revision > revision()) {
      throw new Refused(ErrorCode.OUT_OF_RANGE, "FUTURE_REVISION", "now: " + revision());
    }
    return history.get(revision);
  }

  private static NavigableMap<ByteString, KeyValue> view(NavigableMap<ByteString, KeyValue> keys, KeyRange range) {
    ByteString end = range.getEnd();
    if (end.isEmpty()) {
      return keys.subMap(range.getStart(), true, range.getStart(), true);
    }
    boolean open = end.size() == 1 && end.byteAt(0) == 0;
    return open ? keys.tailMap(range.getStart(), true) : keys.subMap(range.getStart(), true, end, false);
  }

  // ---- reads

  GetResponse get(GetRequest get) {
    return response(at(get.getRevision()).get(get.getKey()));
  }

  private static GetResponse response(@Nullable KeyValue kv) {
    return kv == null ? GetResponse.getDefaultInstance() : GetResponse.newBuilder().setKv(kv).build();
  }

  /** Rows behind {@code after_key}, in order, without regard to the limit. */
  List<KeyValue> rows(RangeRequest range) {
    return rows(at(range.getRevision()), range);
  }

  private static List<KeyValue> rows(NavigableMap<ByteString, KeyValue> keys, RangeRequest range) {
    List<KeyValue> rows = new ArrayList<>(view(keys, range.getRange()).values());
    if (range.getOrder() == RangeRequest.Order.DESCENDING) {
      Collections.reverse(rows);
    }
    if (!range.getAfterKey().isEmpty()) {
      rows.subList(0, 1 + rows.stream().map(KeyValue::getKey).toList().indexOf(range.getAfterKey())).clear();
    }
    return range.getKeysOnly() ? rows.stream().map(kv -> kv.toBuilder().clearValue().build()).toList() : rows;
  }

  // ---- commands

  void fence(Fence fence) {
    if (!lockHeld.test(fence.getLock(), fence.getToken())) {
      throw new Refused(ErrorCode.FAILED_PRECONDITION, "FENCED", "lock " + fence.getLock() + " is not held so");
    }
  }

  PutResponse put(PutRequest put) {
    if (put.hasFence()) {
      fence(put.getFence());
    }
    KeyValue before = working.get(put.getKey());
    set(put.getKey(), put.getValue(), put.getLease());
    PutResponse.Builder response = PutResponse.newBuilder();
    if (put.getPrevKv() && before != null) {
      response.setPrevKv(before);
    }
    return response.build();
  }

  private void set(ByteString key, ByteString value, long lease) {
    KeyValue before = working.get(key);
    long next = revision() + 1;
    working.put(key, KeyValue.newBuilder().setKey(key).setValue(value).setModRevision(next).setLease(lease)
        .setCreateRevision(before == null ? next : before.getCreateRevision())
        .setVersion(before == null ? 1 : before.getVersion() + 1).build());
    changed = true;
  }

  DeleteResponse delete(DeleteRequest delete) {
    if (delete.hasFence()) {
      fence(delete.getFence());
    }
    NavigableMap<ByteString, KeyValue> gone = view(working, delete.getRange());
    DeleteResponse.Builder response = DeleteResponse.newBuilder().setDeleted(gone.size());
    changed |= !gone.isEmpty();
    gone.clear();
    return response.build();
  }

  /** The keys of a lease that ended. */
  long deleteOf(long lease) {
    long before = working.size();
    changed |= working.values().removeIf(kv -> kv.getLease() == lease);
    return before - working.size();
  }

  IncrResponse incr(IncrRequest incr) {
    KeyValue before = working.get(incr.getKey());
    String text = before == null ? Long.toString(incr.getInitial()) : before.getValue().toStringUtf8();
    if (!text.matches("0|-?[1-9][0-9]*")) {
      throw new Refused(ErrorCode.FAILED_PRECONDITION, "NOT_A_NUMBER", "the key holds no number: " + text);
    }
    long sum = Long.parseLong(text) + incr.getDelta();
    set(incr.getKey(), ByteString.copyFromUtf8(Long.toString(sum)), before == null ? 0 : before.getLease());
    return IncrResponse.newBuilder().setValue(sum).build();
  }

  // ---- transactions

  TxnResponse txn(TxnRequest txn) {
    if (txn.hasFence()) {
      fence(txn.getFence());
    }
    boolean holds = txn.getGuardsList().stream().allMatch(this::holds);
    TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(holds);
    for (TxnOp op : holds ? txn.getThenOpsList() : txn.getElseOpsList()) {
      TxnOpResponse.Builder one = TxnOpResponse.newBuilder();
      switch (op.getOpCase()) {
        case GET -> one.setGet(response(working.get(op.getGet().getKey())));
        case RANGE -> one.setRange(RangeResponse.newBuilder().addAllKvs(rows(working, op.getRange())).setLast(true));
        case PUT -> one.setPut(put(op.getPut()));
        case DELETE -> one.setDelete(delete(op.getDelete()));
        case INCR -> one.setIncr(incr(op.getIncr()));
        case OP_NOT_SET -> throw new IllegalArgumentException("no operation");
      }
      response.addResponses(one);
    }
    return response.build();
  }

  private boolean holds(Guard guard) {
    NavigableMap<ByteString, KeyValue> keys = view(working, guard.getRange());
    return switch (guard.getConditionCase()) {
      case EXISTS -> keys.isEmpty() != guard.getExists();
      case LOCK_HELD -> lockHeld.test(guard.getLockHeld().getLock(), guard.getLockHeld().getToken());
      case UNCHANGED_SINCE -> unchangedSince(guard.getRange(), guard.getUnchangedSince());
      case VALUE -> keys.values().stream().allMatch(kv -> holds(guard.getValue(), kv)) && !isMissing(guard, keys);
      case VERSION -> numbers(guard, keys, guard.getVersion(), KeyValue::getVersion);
      case CREATE_REVISION -> numbers(guard, keys, guard.getCreateRevision(), KeyValue::getCreateRevision);
      case MOD_REVISION -> numbers(guard, keys, guard.getModRevision(), KeyValue::getModRevision);
      case LEASE -> numbers(guard, keys, guard.getLease(), KeyValue::getLease);
      case CONDITION_NOT_SET -> throw new IllegalArgumentException("no condition");
    };
  }

  private static boolean isMissing(Guard guard, NavigableMap<ByteString, KeyValue> keys) {
    return guard.getRange().getEnd().isEmpty() && keys.isEmpty();
  }

  private static boolean holds(ValueGuard guard, KeyValue kv) {
    int order = ORDER.compare(kv.getValue(), guard.getValue());
    return compares(guard.getComparison(), order);
  }

  private static boolean numbers(Guard guard, NavigableMap<ByteString, KeyValue> keys, NumberGuard number,
      ToLongFunction<KeyValue> of) {
    return isMissing(guard, keys)
        ? compares(number.getComparison(), Long.compare(0, number.getNumber()))
        : keys.values().stream()
            .allMatch(kv -> compares(number.getComparison(), Long.compare(of.applyAsLong(kv), number.getNumber())));
  }

  private static boolean compares(io.balsa.proto.v1.Comparison comparison, int order) {
    return switch (comparison) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case GREATER -> order > 0;
      case COMPARISON_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no comparison");
    };
  }

  /** A4: over all versions above it, tombstones included. */
  private boolean unchangedSince(KeyRange range, long revision) {
    if (revision < compacted) {
      return false;
    }
    NavigableMap<ByteString, KeyValue> before = null;
    for (TreeMap<ByteString, KeyValue> state : history.tailMap(revision, true).values()) {
      NavigableMap<ByteString, KeyValue> now = view(state, range);
      if (before != null && !before.equals(now)) {
        return false;
      }
      before = now;
    }
    return true;
  }
}
