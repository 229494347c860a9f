package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Edges from which follows, over others between, which transaction had ended before which one began. Of those that
 * have ended only the frontier is kept: whoever ended before one of them began is before all that come later, by way
 * of that one. All in it overlap, so there are never more than clients.
 */
final class RealTimeOrder {
  private RealTimeOrder() {}

  /** Whoever has no known end is before nobody. */
  static void addTo(DependencyGraph graph, BitSet committed) {
    int[] begins = sorted(committed.stream(), Comparator.comparingLong(t -> graph.at(t).invoked()));
    int[] ends = sorted(committed.stream().filter(t -> graph.at(t).completion() == Completion.OK),
        Comparator.comparingLong(t -> graph.at(t).completed()));
    List<Integer> frontier = new ArrayList<>();
    int ended = 0;
    for (int next : begins) {
      while (ended < ends.length && graph.at(ends[ended]).isBefore(graph.at(next))) {
        int end = ends[ended++];
        frontier.removeIf(earlier -> graph.at(earlier).isBefore(graph.at(end)));
        frontier.add(end);
      }
      frontier.forEach(earlier -> graph.add(Edge.realtime(earlier, next)));
    }
  }

  private static int[] sorted(IntStream transactions, Comparator<Integer> by) {
    return transactions.boxed().sorted(by).mapToInt(Integer::intValue).toArray();
  }
}
