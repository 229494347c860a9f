package io.balsa.jepsen.checker.append;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shortest paths over edges of some kinds. Real time is one step however far it reaches: all transactions that began
 * after an end are the tail of those sorted by their begin, of which each is reached once.
 */
final class ShortestPaths {
  private final DependencyGraph graph;
  private final Set<Dependency> kinds;
  private final int[] byBegin;

  ShortestPaths(DependencyGraph graph, Set<Dependency> kinds) {
    this.graph = graph;
    this.kinds = kinds;
    this.byBegin = kinds.contains(Dependency.REALTIME)
        ? IntStream.range(0, graph.size()).boxed().sorted(Comparator.comparingLong(place -> graph.at(place).invoked()))
            .mapToInt(Integer::intValue).toArray()
        : new int[0];
  }

  /** From one place to another, or around to the same one; at least one edge. Null: there is none. */
  @Nullable
  List<Edge> path(int from, int to) {
    @Nullable
    Edge[] reachedBy = new @Nullable Edge[graph.size()];
    Deque<Integer> queue = new ArrayDeque<>(List.of(from));
    int unswept = byBegin.length;
    while (reachedBy[to] == null && !queue.isEmpty()) {
      int place = queue.remove();
      for (Edge edge : graph.from(place)) {
        if (edge.kind() != Dependency.REALTIME && kinds.contains(edge.kind())) {
          reach(edge, reachedBy, queue);
        }
      }
      while (unswept > 0 && graph.at(place).isBefore(graph.at(byBegin[unswept - 1]))) {
        reach(Edge.realtime(place, byBegin[--unswept]), reachedBy, queue);
      }
    }
    return back(from, to, reachedBy);
  }

  private static void reach(Edge edge, @Nullable Edge[] reachedBy, Deque<Integer> queue) {
    if (reachedBy[edge.to()] == null) {
      reachedBy[edge.to()] = edge;
      queue.add(edge.to());
    }
  }

  private static @Nullable List<Edge> back(int from, int to, @Nullable Edge[] reachedBy) {
    List<Edge> path = new ArrayList<>();
    int place = to;
    do {
      Edge edge = reachedBy[place];
      if (edge == null) {
        return null;
      }
      path.add(edge);
      place = edge.from();
    } while (place != from);
    Collections.reverse(path);
    return path;
  }
}
