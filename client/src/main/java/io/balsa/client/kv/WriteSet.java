package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** What a transaction is to write: the newest write of each key. Confined to its transaction's lock, a copy to its reader. */
final class WriteSet {
  private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

  /** Empty: the key is deleted. */
  private final TreeMap<ByteString, Optional<PutRequest>> writes = new TreeMap<>(ORDER);

  int size() {
    return writes.size();
  }

  void put(PutRequest put) {
    writes.put(put.getKey(), Optional.of(put));
  }

  void delete(ByteString key) {
    writes.put(key, Optional.empty());
  }

  boolean has(ByteString key) {
    return writes.containsKey(key);
  }

  Optional<KeyValue> get(ByteString key) {
    Optional<PutRequest> write = writes.get(key);
    return write == null ? Optional.empty() : write.map(put -> row(put, false));
  }

  private static KeyValue row(PutRequest put, boolean keyOnly) {
    return new KeyValue(io.balsa.proto.v1.KeyValue.newBuilder().setKey(put.getKey())
        .setValue(keyOnly ? ByteString.EMPTY : put.getValue()).setLease(put.getLease()).build());
  }

  /** A copy of those in the range. */
  WriteSet within(KeyRange keys) {
    WriteSet part = new WriteSet();
    writes.forEach((key, write) -> {
      if (keys.contains(key)) {
        part.writes.put(key, write);
      }
    });
    return part;
  }

  /** These writes over the rows that were read, in the order and up to the limit that were asked for. */
  List<KeyValue> over(List<KeyValue> rows, RangeRequest asked) {
    boolean descending = asked.getOrder() == RangeRequest.Order.DESCENDING;
    TreeMap<ByteString, KeyValue> merged = new TreeMap<>(descending ? ORDER.reversed() : ORDER);
    rows.forEach(row -> merged.put(row.keyBytes(), row));
    writes.forEach((key, write) -> {
      if (write.isPresent()) {
        merged.put(key, row(write.get(), asked.getKeysOnly()));
      } else {
        merged.remove(key);
      }
    });
    long limit = asked.getLimit() == 0 ? Long.MAX_VALUE : asked.getLimit();
    return merged.values().stream().limit(limit).toList();
  }

  List<Op> operations() {
    List<Op> operations = new ArrayList<>(writes.size());
    writes.forEach((key, write) -> operations.add(write.map(Op::put).orElseGet(() -> Op.delete(KeyRange.of(key)))));
    return operations;
  }
}
