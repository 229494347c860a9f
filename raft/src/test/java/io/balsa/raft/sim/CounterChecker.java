package io.balsa.raft.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether increments by one were each applied exactly once, as far as anyone can know: no two gave the same value, a later one gave
 * a larger value, and no value is larger than the number of increments called by then.
 */
public final class CounterChecker {
  private CounterChecker() {
  }

  /**
   * @param history increments of one counter, in any order
   * @return what is wrong, or null
   */
  public static @Nullable String check(List<Operation> history) {
    List<Operation> byValue = new ArrayList<>(history.stream().filter(op -> !op.isUnknown()).toList());
    byValue.sort(Comparator.comparingLong(Operation::value));
    long latestInvocation = Long.MIN_VALUE;
    Operation before = null;
    for (Operation op : byValue) {
      if (before != null && before.value() == op.value()) {
        return "two increments gave the same value: " + before + " and " + op;
      }
      if (op.returnedAt() < latestInvocation) {
        return "an increment gave a larger value than a later one did: " + op;
      }
      long calledByThen = history.stream().filter(other -> other.invokedAt() <= op.returnedAt()).count();
      if (op.value() > calledByThen) {
        return calledByThen + " increments were called when this one returned: " + op;
      }
      latestInvocation = Math.max(latestInvocation, op.invokedAt());
      before = op;
    }
    long definite = byValue.size();
    if (before != null && before.value() < definite) {
      return definite + " increments were answered, the last with " + before.value();
    }
    return null;
  }
}
