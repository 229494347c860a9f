package io.balsa.jepsen.checker.linear;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The begins and ends of the answered operations that have no place in the order yet, by time: a list from which operations are taken
 * and to which they are put back in the opposite order. Where a begin and an end have the same time the begin is first, so that the two
 * operations overlap.
 */
final class Pending {
  private final int head;
  private final int[] next;
  private final int[] previous;

  Pending(Part<?> part) {
    head = 2 * part.answered();
    next = new int[head + 1];
    previous = new int[head + 1];
    int last = head;
    int[] events = IntStream.range(0, head).boxed()
        .sorted(Comparator.<Integer>comparingLong(event -> time(part, event)).thenComparing(event -> isEnd(event)))
        .mapToInt(Integer::intValue).toArray();
    for (int event : events) {
      next[last] = event;
      previous[event] = last;
      last = event;
    }
    next[last] = head;
    previous[head] = last;
  }

  private static long time(Part<?> part, int event) {
    return isEnd(event) ? part.get(operation(event)).completed() : part.get(operation(event)).invoked();
  }

  /** Of which there is one if there is any event. */
  int first() {
    return next[head];
  }

  int after(int event) {
    return next[event];
  }

  static boolean isEnd(int event) {
    return event % 2 == 1;
  }

  static int operation(int event) {
    return event / 2;
  }

  void take(int operation) {
    unlink(2 * operation);
    unlink(2 * operation + 1);
  }

  private void unlink(int event) {
    next[previous[event]] = next[event];
    previous[next[event]] = previous[event];
  }

  /** The one that was taken last of those that are out. */
  void putBack(int operation) {
    link(2 * operation + 1);
    link(2 * operation);
  }

  private void link(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }
}
