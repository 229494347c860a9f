package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.client.lock.LockGrant;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.ValueGuard;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/**
 * A condition of a {@link Txn}. On a range it holds if it holds for every key that exists there, so for an empty one it holds.
 * A missing single key has numbers of 0, and a value that equals nothing. Immutable.
 */
public final class Guard {
  private final io.balsa.proto.v1.Guard wire;

  private Guard(io.balsa.proto.v1.Guard.Builder wire) {
    this.wire = wire.build();
  }

  private static io.balsa.proto.v1.Guard.Builder on(KeyRange keys) {
    return io.balsa.proto.v1.Guard.newBuilder().setRange(Limits.keys(keys));
  }

  /** The key exists. */
  public static Guard exists(String key) {
    return exists(KeyRange.single(key));
  }

  /** Some key of the range exists. */
  public static Guard exists(KeyRange keys) {
    return new Guard(on(keys).setExists(true));
  }

  /** The key does not exist. */
  public static Guard missing(String key) {
    return missing(KeyRange.single(key));
  }

  /** No key of the range exists. */
  public static Guard missing(KeyRange keys) {
    return new Guard(on(keys).setExists(false));
  }

  /** The key exists with this value. */
  public static Guard valueEquals(String key, String value) {
    return value(KeyRange.single(key), Comparison.EQUAL, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The value compares like this. */
  public static Guard value(KeyRange keys, Comparison comparison, byte[] value) {
    ByteString bytes = Limits.value(ByteString.copyFrom(value));
    return new Guard(on(keys).setValue(ValueGuard.newBuilder().setComparison(comparison.wire()).setValue(bytes)));
  }

  /** The key's version compares like this; 0 is that of a missing key. */
  public static Guard version(KeyRange keys, Comparison comparison, long version) {
    return number(keys, comparison, version, io.balsa.proto.v1.Guard.Builder::setVersion);
  }

  /** The revision that created the key compares like this. */
  public static Guard createRevision(KeyRange keys, Comparison comparison, long revision) {
    return number(keys, comparison, revision, io.balsa.proto.v1.Guard.Builder::setCreateRevision);
  }

  /** The revision that last changed the key compares like this. */
  public static Guard modRevision(KeyRange keys, Comparison comparison, long revision) {
    return number(keys, comparison, revision, io.balsa.proto.v1.Guard.Builder::setModRevision);
  }

  /** The lease that the key hangs on compares like this; 0: none. */
  public static Guard lease(KeyRange keys, Comparison comparison, long leaseId) {
    return number(keys, comparison, leaseId, io.balsa.proto.v1.Guard.Builder::setLease);
  }

  private static Guard number(KeyRange keys, Comparison comparison, long number,
      BiFunction<io.balsa.proto.v1.Guard.Builder, NumberGuard, io.balsa.proto.v1.Guard.Builder> set) {
    NumberGuard guard = NumberGuard.newBuilder().setComparison(comparison.wire()).setNumber(number).build();
    return new Guard(set.apply(on(keys), guard));
  }

  /** Nothing in the range was put or deleted after this revision. Of a revision that was compacted: does not hold. */
  public static Guard unchangedSince(KeyRange keys, long revision) {
    return new Guard(on(keys).setUnchangedSince(revision));
  }

  /** The lock is held now under this very grant. */
  public static Guard lockHeld(LockGrant grant) {
    return lockHeld(grant.name(), grant.token());
  }

  /** The lock is held now with exactly this token. */
  public static Guard lockHeld(String lock, long token) {
    return new Guard(io.balsa.proto.v1.Guard.newBuilder().setLockHeld(Fences.of(lock, token)));
  }

  io.balsa.proto.v1.Guard wire() {
    return wire;
  }

  @Override
  public String toString() {
    return wire.toString();
  }
}
