package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What happens one after the other stands so in the order of all: whatever began after another one had ended does not stand before it.
 */
final class RealTime {
  /**
   * An operation in the order of all.
   *
   * @param from the state that it found, as a number that grows
   * @param to the state that it left; the same if it only looked
   */
  record Point(Operation operation, long from, long to) {
    /** Of one that only looked. */
    static Point seen(Operation operation, long state) {
      return new Point(operation, state, state);
    }

    /** Of one that took the step to this state. */
    static Point made(Operation operation, long state) {
      return new Point(operation, state - 1, state);
    }
  }

  private RealTime() {}

  /**
   * Looks at them all.
   *
   * @param points of operations that ended OK, in any order
   * @param wrong told of each that found a state older than one that had ended before it began left, with the newest such
   */
  static void check(List<Point> points, BiConsumer<Point, Point> wrong) {
    List<Point> begins = points.stream().sorted(Comparator.comparingLong(point -> point.operation().invoked()))
        .toList();
    List<Point> ends = points.stream().filter(point -> point.operation().completion() == Completion.OK)
        .sorted(Comparator.comparingLong(point -> point.operation().completed())).toList();
    Point newest = null;
    int ended = 0;
    for (Point next : begins) {
      while (ended < ends.size() && ends.get(ended).operation().isBefore(next.operation())) {
        Point end = ends.get(ended++);
        newest = newest == null || end.to() > newest.to() ? end : newest;
      }
      if (newest != null && newest.to() > next.from()) {
        wrong.accept(newest, next);
      }
    }
  }
}
