package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.ValueGuard;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Transactions drawn at random: guards and operations of every kind, some of which are refused. */
final class RandomTxns {
  private static final ByteString NO_UPPER_BOUND = ByteString.copyFrom(new byte[1]);

  private final RandomGenerator random;
  private final Supplier<ByteString> keys;
  private final LongSupplier leases;

  RandomTxns(RandomGenerator random, Supplier<ByteString> keys, LongSupplier leases) {
    this.random = random;
    this.keys = keys;
    this.leases = leases;
  }

  TxnRequest.Builder draw() {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addGuards(guard());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addThenOps(op());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      txn.addElseOps(op());
    }
    if (random.nextInt(20) == 0) {
      txn.setFence(Log.fence("l", random.nextInt(40)));
    }
    return txn;
  }

  Guard.Builder guard() {
    Guard.Builder guard = Guard.newBuilder().setRange(range());
    NumberGuard.Builder number = NumberGuard.newBuilder().setComparisonValue(1 + random.nextInt(4))
        .setNumber(random.nextInt(random.nextBoolean() ? 3 : 100));
    return switch (random.nextInt(9)) {
      case 0 -> guard.setValue(ValueGuard.newBuilder().setComparisonValue(1 + random.nextInt(4))
          .setValue(Log.bytes(Integer.toString(random.nextInt(10)))));
      case 1 -> guard.setVersion(number);
      case 2 -> guard.setCreateRevision(number);
      case 3 -> guard.setModRevision(number);
      case 4 -> guard.setLease(number);
      case 5 -> guard.setExists(random.nextBoolean());
      case 6 -> guard.clearRange().setLockHeld(Log.fence("l", random.nextInt(40)));
      default -> guard.setUnchangedSince(random.nextInt(120));
    };
  }

  TxnOp.Builder op() {
    TxnOp.Builder op = TxnOp.newBuilder();
    return switch (random.nextInt(8)) {
      case 0 -> op.setGet(GetRequest.newBuilder().setKey(keys.get()));
      case 1 -> op.setRange(RangeRequest.newBuilder().setRange(range()).setLimit(random.nextInt(5))
          .setOrderValue(random.nextInt(3)).setKeysOnly(random.nextInt(4) == 0).setCountOnly(random.nextInt(4) == 0)
          .setMinModRevision(random.nextInt(3) == 0 ? random.nextInt(50) : 0)
          .setMaxCreateRevision(random.nextInt(5) == 0 ? random.nextInt(80) : 0));
      case 2, 3 -> op.setDelete(DeleteRequest.newBuilder().setRange(range()).setPrevKv(random.nextBoolean()));
      case 4 -> op.setIncr(IncrRequest.newBuilder().setKey(keys.get()).setDelta(random.nextInt(9)));
      default -> op.setPut(PutRequest.newBuilder().setKey(keys.get()).setPrevKv(random.nextBoolean())
          .setValue(Log.bytes(Integer.toString(random.nextInt(10))))
          .setLease(random.nextInt(4) == 0 ? leases.getAsLong() : 0));
    };
  }

  private KeyRange.Builder range() {
    KeyRange.Builder range = KeyRange.newBuilder().setStart(keys.get());
    return switch (random.nextInt(6)) {
      case 0, 1 -> range.setEnd(keys.get());
      case 2 -> range.setEnd(NO_UPPER_BOUND);
      default -> range;
    };
  }
}
