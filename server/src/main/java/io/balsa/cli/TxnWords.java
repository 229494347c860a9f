package io.balsa.cli;

import com.google.protobuf.ByteString;
import io.balsa.cli.txn.ScriptGuard;
import io.balsa.cli.txn.ScriptOp;
import io.balsa.client.kv.Comparison;
import io.balsa.client.kv.Guard;
import io.balsa.client.kv.IncrOption;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.RangeOption;
import java.util.ArrayList;
import java.util.List;

/** From the words of a script to those of the SDK. */
final class TxnWords {
  private TxnWords() {}

  static List<Guard> guards(List<ScriptGuard> guards) {
    return guards.stream().map(TxnWords::guard).toList();
  }

  private static Guard guard(ScriptGuard guard) {
    return switch (guard) {
      case ScriptGuard.Value value -> Guard.value(keys(value.key(), value.prefix()), comparison(value.relation()),
          value.value().toByteArray());
      case ScriptGuard.NumberGuard number -> number(number, keys(number.key(), number.prefix()),
          comparison(number.relation()));
      case ScriptGuard.Existence it -> it.exists()
          ? Guard.exists(keys(it.key(), it.prefix()))
          : Guard.missing(keys(it.key(), it.prefix()));
      case ScriptGuard.Unchanged it -> Guard.unchangedSince(keys(it.key(), it.prefix()), it.revision());
      case ScriptGuard.Held held -> Guard.lockHeld(held.lock(), held.token());
    };
  }

  private static Guard number(ScriptGuard.NumberGuard guard, KeyRange keys, Comparison comparison) {
    return switch (guard.field()) {
      case VERSION -> Guard.version(keys, comparison, guard.number());
      case CREATE -> Guard.createRevision(keys, comparison, guard.number());
      case MOD -> Guard.modRevision(keys, comparison, guard.number());
      case LEASE -> Guard.lease(keys, comparison, guard.number());
    };
  }

  private static Comparison comparison(ScriptGuard.Relation relation) {
    return switch (relation) {
      case EQUAL -> Comparison.EQUAL;
      case NOT_EQUAL -> Comparison.NOT_EQUAL;
      case LESS -> Comparison.LESS;
      case GREATER -> Comparison.GREATER;
    };
  }

  static List<Op> operations(List<ScriptOp> operations) {
    return operations.stream().map(TxnWords::operation).toList();
  }

  private static Op operation(ScriptOp operation) {
    byte[] key = operation.key().toByteArray();
    return switch (operation) {
      case ScriptOp.Get get -> Op.get(key);
      case ScriptOp.Range range -> range(range);
      case ScriptOp.Put put -> put.lease() == 0
          ? Op.put(key, put.value().toByteArray())
          : Op.put(key, put.value().toByteArray(), PutOption.lease(put.lease()));
      case ScriptOp.Delete delete -> Op.delete(keys(delete.key(), delete.prefix()));
      case ScriptOp.Incr incr -> {
        List<IncrOption> options = new ArrayList<>();
        incr.initial().ifPresent(initial -> options.add(IncrOption.initial(initial)));
        incr.max().ifPresent(max -> options.add(IncrOption.max(max)));
        yield Op.incr(key, incr.delta(), options.toArray(IncrOption[]::new));
      }
    };
  }

  private static Op range(ScriptOp.Range range) {
    List<RangeOption> options = new ArrayList<>();
    if (range.limit() > 0) {
      options.add(RangeOption.limit(range.limit()));
    }
    if (range.keysOnly()) {
      options.add(RangeOption.keysOnly());
    }
    if (range.reverse()) {
      options.add(RangeOption.descending());
    }
    return Op.range(keys(range.key(), true), options.toArray(RangeOption[]::new));
  }

  private static KeyRange keys(ByteString key, boolean prefix) {
    return prefix ? KeyRange.prefix(key.toByteArray()) : KeyRange.single(key.toByteArray());
  }
}
