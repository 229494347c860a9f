package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.IncrResponse;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyState;
import java.util.List;
import java.util.OptionalLong;

/** Incr: the value of a key is a decimal signed 64-bit number in ASCII, {@code 0|-?[1-9][0-9]*}; its lease stays. */
final class Increments {
  private static final int DIGITS_MAX = 20;

  private Increments() {
  }

  static Outcome evaluate(IncrRequest incr, KeyView view) throws StoreException {
    Outcome refusal = Arguments.checkKey(incr.getKey());
    if (refusal != null) {
      return refusal;
    }
    byte[] key = incr.getKey().toByteArray();
    KeyState old = view.current(key);
    long before = incr.getInitial();
    if (old.exists()) {
      OptionalLong number = parse(view.value(key, old));
      if (number.isEmpty()) {
        return Outcome.refused(StatusCode.FAILED_PRECONDITION, "NOT_A_NUMBER",
            "the value of this key is not a decimal signed 64-bit"
                + " number without leading zeros or plus sign: put a number there first, or count in another key");
      }
      before = number.getAsLong();
    }
    long after = before + incr.getDelta();
    // Both operands differ in sign from the sum: the sum does not fit (Hacker's Delight 2-13).
    if (((before ^ after) & (incr.getDelta() ^ after)) < 0) {
      return Outcome.refused(StatusCode.OUT_OF_RANGE, "OVERFLOW",
          before + " and " + incr.getDelta() + " do not add up to a signed"
              + " 64-bit number, so nothing was changed",
          "value", Long.toString(before));
    }
    if (incr.hasMax() && after > incr.getMax()) {
      return Outcome.refused(StatusCode.OUT_OF_RANGE, "OVER_MAX",
          "the value would be " + after + " and is to be at most "
              + incr.getMax() + ", so nothing was changed",
          "value", Long.toString(before));
    }
    return new Outcome(Result.newBuilder().setIncr(IncrResponse.newBuilder().setValue(after)),
        List.of(Outcome.KeyChange.put(key, old, ByteString.copyFromUtf8(Long.toString(after)), old.lease())));
  }

  /** Exactly what {@link Long#toString(long)} writes, and nothing else. */
  static OptionalLong parse(ByteString value) {
    int size = value.size();
    if (size == 0 || size > DIGITS_MAX) {
      return OptionalLong.empty();
    }
    boolean negative = value.byteAt(0) == '-';
    int firstDigit = negative ? 1 : 0;
    if (firstDigit == size || (value.byteAt(firstDigit) == '0' && size > 1)) {
      return OptionalLong.empty();
    }
    // Counted downwards: the smallest number has no positive counterpart.
    long number = 0;
    for (int i = firstDigit; i < size; i++) {
      int digit = value.byteAt(i) - '0';
      if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
        return OptionalLong.empty();
      }
      number = number * 10 - digit;
    }
    if (negative) {
      return OptionalLong.of(number);
    }
    return number == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(-number);
  }
}
