package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a lock was granted in the order of its queue. Tokens tell the order of grants; who described the lock saw who stood in the queue
 * by then, before whoever asked later.
 */
final class LockOrder {
  private final String name;
  /** What was granted, in the order in which it was asked for. */
  private final List<Operation> begins;
  private final Findings findings;

  LockOrder(String name, List<Operation> acquires, Findings findings) {
    this.name = name;
    this.begins = acquires.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
    this.findings = findings;
  }

  /** Looks at all that was seen of the queue. */
  void check(List<Operation> descriptions) {
    Map<List<Long>, Operation> byRequest = new HashMap<>();
    begins.forEach(acquire -> byRequest.put(Values.numbers(acquire.result()).subList(1, 3), acquire));
    List<Operation> lowestSince = lowestTokenSince();
    for (Operation description : descriptions) {
      List<?> answer = Values.list(description.result());
      if (Values.list(answer.get(0)).size() > 1) {
        findings.wrong("two holders", name + " has more than one holder", description);
      }
      Operation highest = null;
      for (Object place : Values.list(answer.get(1))) {
        Operation queued = byRequest.get(Values.numbers(place));
        if (queued == null) {
          continue; // it gave up
        }
        if (highest != null && LockChecker.token(queued) < LockChecker.token(highest)) {
          findings.wrong("order", name + " was not granted in the order of its queue", description, highest, queued);
        }
        highest = highest == null || LockChecker.token(queued) > LockChecker.token(highest) ? queued : highest;
      }
      int next = firstAfter(description.completed());
      if (highest != null && next < begins.size()
          && LockChecker.token(lowestSince.get(next)) < LockChecker.token(highest)) {
        findings.wrong("order", name + ": one stood in the queue before another one asked, and was granted later",
            description, highest, lowestSince.get(next));
      }
    }
  }

  /** For each acquire in the order of their begins: which of it and those behind it has the lowest token. */
  private List<Operation> lowestTokenSince() {
    List<Operation> lowest = new ArrayList<>(begins);
    for (int i = lowest.size() - 2; i >= 0; i--) {
      if (LockChecker.token(lowest.get(i + 1)) < LockChecker.token(lowest.get(i))) {
        lowest.set(i, lowest.get(i + 1));
      }
    }
    return lowest;
  }

  private int firstAfter(long moment) {
    int low = 0;
    int high = begins.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (begins.get(middle).invoked() > moment) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
