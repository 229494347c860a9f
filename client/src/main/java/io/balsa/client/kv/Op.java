package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.TxnOp;

/**
 * One operation of a {@link Txn}. A read sees the state that the operations before it made. Immutable.
 */
public final class Op {
  private final TxnOp wire;

  private Op(TxnOp.Builder wire) {
    this.wire = wire.build();
  }

  /** Reads a key. */
  public static Op get(String key) {
    return get(ByteString.copyFromUtf8(key));
  }

  /** Reads a key. */
  public static Op get(byte[] key) {
    return get(ByteString.copyFrom(key));
  }

  static Op get(ByteString key) {
    return new Op(TxnOp.newBuilder().setGet(GetRequest.newBuilder().setKey(Limits.key(key))));
  }

  /** Reads a range, all of it in one answer: refused when that is more than one may hold. No revision, no staleness. */
  public static Op range(KeyRange keys, RangeOption... options) {
    var range = RangeOption.request(keys, options);
    Limits.keys(keys);
    if (range.getRevision() != 0 || range.hasConsistency()) {
      throw Errors.invalid("BAD_REQUEST",
          "a read of a transaction sees the newest state: leave atRevision and stale out");
    }
    return new Op(TxnOp.newBuilder().setRange(range));
  }

  /** Sets a key. */
  public static Op put(String key, String value, PutOption... options) {
    return put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value), options);
  }

  /** Sets a key. */
  public static Op put(byte[] key, byte[] value, PutOption... options) {
    return put(ByteString.copyFrom(key), ByteString.copyFrom(value), options);
  }

  static Op put(ByteString key, ByteString value, PutOption... options) {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(Limits.key(key)).setValue(Limits.value(value));
    PutOption.apply(put, options);
    return new Op(TxnOp.newBuilder().setPut(put));
  }

  static Op put(PutRequest put) {
    return new Op(TxnOp.newBuilder().setPut(put));
  }

  /** Deletes a key if it exists. */
  public static Op delete(String key, DeleteOption... options) {
    return delete(KeyRange.single(key), options);
  }

  /** Deletes every key of a range. */
  public static Op delete(KeyRange keys, DeleteOption... options) {
    DeleteRequest.Builder delete = DeleteRequest.newBuilder().setRange(Limits.keys(keys));
    DeleteOption.apply(delete, options);
    return new Op(TxnOp.newBuilder().setDelete(delete));
  }

  /** Adds to the number that a key holds. */
  public static Op incr(String key, long delta, IncrOption... options) {
    return incr(ByteString.copyFromUtf8(key), delta, options);
  }

  /** Adds to the number that a key holds. */
  public static Op incr(byte[] key, long delta, IncrOption... options) {
    return incr(ByteString.copyFrom(key), delta, options);
  }

  private static Op incr(ByteString key, long delta, IncrOption[] options) {
    IncrRequest.Builder incr = IncrRequest.newBuilder().setKey(Limits.key(key)).setDelta(delta);
    IncrOption.apply(incr, options);
    return new Op(TxnOp.newBuilder().setIncr(incr));
  }

  TxnOp wire() {
    return wire;
  }

  @Override
  public String toString() {
    return wire.toString();
  }
}
