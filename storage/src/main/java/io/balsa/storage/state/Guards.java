package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Comparison;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.NumberGuard;
import io.balsa.proto.v1.ValueGuard;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import org.jspecify.annotations.Nullable;

/** The guards of a transaction: over one key, or over each key that exists in a range. */
final class Guards {
  private Guards() {
  }

  /** What can be said without looking at any state; null: nothing is wrong. */
  static @Nullable Outcome check(Guard guard) {
    return switch (guard.getConditionCase()) {
      case LOCK_HELD -> guard.getRange().equals(KeyRange.getDefaultInstance()) ? null
          : Arguments.badRequest("a guard on a lock is on no key: leave the range out");
      case VALUE -> check(guard, guard.getValue().getComparison());
      case VERSION -> check(guard, guard.getVersion().getComparison());
      case CREATE_REVISION -> check(guard, guard.getCreateRevision().getComparison());
      case MOD_REVISION -> check(guard, guard.getModRevision().getComparison());
      case LEASE -> check(guard, guard.getLease().getComparison());
      case EXISTS, UNCHANGED_SINCE -> Arguments.checkRange(guard.getRange());
      case CONDITION_NOT_SET ->
        Arguments.badRequest("a guard says what is to hold, and this one says nothing known here");
    };
  }

  private static @Nullable Outcome check(Guard guard, Comparison comparison) {
    return switch (comparison) {
      case EQUAL, NOT_EQUAL, LESS, GREATER -> Arguments.checkRange(guard.getRange());
      case COMPARISON_UNSPECIFIED, UNRECOGNIZED -> Arguments
          .badRequest("a guard compares by EQUAL, NOT_EQUAL, LESS or GREATER, and this one by none of them: say which");
    };
  }

  /** Meaningless if the view is exhausted afterwards. */
  static boolean holds(Guard guard, TxnView view) throws StoreException {
    if (guard.getConditionCase() == Guard.ConditionCase.LOCK_HELD) {
      return view.isHeld(guard.getLockHeld());
    }
    KeyRange range = guard.getRange();
    if (range.getEnd().isEmpty()) {
      return holds(guard, view, range.getStart().toByteArray());
    }
    KeyBounds bounds = KeyBounds.of(range);
    return switch (guard.getConditionCase()) {
      case UNCHANGED_SINCE -> UnchangedSince.holds(view, bounds, guard.getUnchangedSince());
      case EXISTS -> guard.getExists() != (bounds.isEmpty() || view.scan(bounds, 1, false).isEmpty());
      default -> holdsForEach(guard, view, bounds);
    };
  }

  private static boolean holds(Guard guard, TxnView view, byte[] key) throws StoreException {
    return switch (guard.getConditionCase()) {
      case UNCHANGED_SINCE -> UnchangedSince.holds(view, key, guard.getUnchangedSince());
      case EXISTS -> guard.getExists() == view.current(key).exists();
      default -> holds(guard, view, key, view.current(key));
    };
  }

  private static boolean holdsForEach(Guard guard, TxnView view, KeyBounds bounds) throws StoreException {
    if (bounds.isEmpty()) {
      return true;
    }
    for (Overlay.Row<KeyState> row : view.scan(bounds, view.rowsLeft() + 1, false)) {
      if (view.isExhausted() || !holds(guard, view, row.key, row.value)) {
        return false;
      }
    }
    return true;
  }

  /** The numbers of a key that does not exist are 0, and its value is neither equal, less nor greater. */
  private static boolean holds(Guard guard, TxnView view, byte[] key, KeyState state) throws StoreException {
    KeyState seen = state.exists() ? state : KeyState.ABSENT;
    return switch (guard.getConditionCase()) {
      case VALUE -> holds(guard.getValue(), seen.exists() ? view.value(key, seen) : null);
      case VERSION -> holds(guard.getVersion(), seen.version());
      case CREATE_REVISION -> holds(guard.getCreateRevision(), seen.createRevision());
      case MOD_REVISION -> holds(guard.getModRevision(), seen.modRevision());
      case LEASE -> holds(guard.getLease(), seen.lease());
      case EXISTS, UNCHANGED_SINCE, LOCK_HELD, CONDITION_NOT_SET ->
        throw new IllegalStateException("not a guard that compares: " + guard.getConditionCase());
    };
  }

  private static boolean holds(ValueGuard guard, @Nullable ByteString value) {
    if (value == null) {
      return guard.getComparison() == Comparison.NOT_EQUAL;
    }
    return holds(guard.getComparison(),
        ByteString.unsignedLexicographicalComparator().compare(value, guard.getValue()));
  }

  private static boolean holds(NumberGuard guard, long number) {
    return holds(guard.getComparison(), Long.compare(number, guard.getNumber()));
  }

  private static boolean holds(Comparison comparison, int order) {
    return switch (comparison) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case GREATER -> order > 0;
      case COMPARISON_UNSPECIFIED, UNRECOGNIZED ->
        throw new IllegalStateException("a guard without a comparison was to be refused before");
    };
  }
}
