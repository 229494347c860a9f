package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** How much operations can have done by a moment, all of those together that had begun by then. */
final class Begun {
  /** By the moment from which on it is so much. */
  private final TreeMap<Long, Long> amounts = new TreeMap<>();

  /** @param amount what each can do, 0 or more */
  Begun(List<Operation> operations, ToLongFunction<Operation> amount) {
    long sum = 0;
    for (Operation operation : operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList()) {
      sum += amount.applyAsLong(operation);
      amounts.put(operation.invoked(), sum);
    }
  }

  long by(long moment) {
    Map.Entry<Long, Long> last = amounts.floorEntry(moment);
    return last == null ? 0 : last.getValue();
  }
}
