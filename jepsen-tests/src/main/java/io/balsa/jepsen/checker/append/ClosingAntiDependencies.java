package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rw edges that close a cycle together with edges of other kinds, which make no cycle by themselves. So the
 * others have a topological order, in which it is found for 64 rw edges at a time what their ends reach: one bit for
 * each.
 */
final class ClosingAntiDependencies {
  private static final int AT_A_TIME = Long.SIZE;

  private final DependencyGraph graph;
  private final Set<Dependency> others;
  private final List<Integer> topological = new ArrayList<>();

  private ClosingAntiDependencies(DependencyGraph graph, Set<Dependency> others) {
    this.graph = graph;
    this.others = others;
    Components.of(graph, others).reversed().forEach(component -> topological.add(component[0]));
  }

  /** Some of them, if there are any. */
  static List<Edge> some(DependencyGraph graph, Set<Dependency> others) {
    return new ClosingAntiDependencies(graph, others).find();
  }

  private List<Edge> find() {
    List<Edge> all = new ArrayList<>();
    for (int place = 0; place < graph.size(); place++) {
      graph.from(place).stream().filter(edge -> edge.kind() == Dependency.RW).forEach(all::add);
    }
    for (int first = 0; first < all.size(); first += AT_A_TIME) {
      List<Edge> closing = closing(all.subList(first, Math.min(first + AT_A_TIME, all.size())));
      if (!closing.isEmpty()) {
        return closing;
      }
    }
    return List.of();
  }

  private List<Edge> closing(List<Edge> asked) {
    long[] reached = new long[graph.size()];
    for (int i = 0; i < asked.size(); i++) {
      reached[asked.get(i).to()] |= 1L << i;
    }
    for (int place : topological) {
      if (reached[place] != 0) {
        for (Edge edge : graph.from(place)) {
          if (others.contains(edge.kind())) {
            reached[edge.to()] |= reached[place];
          }
        }
      }
    }
    List<Edge> closing = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if ((reached[asked.get(i).from()] & 1L << i) != 0) {
        closing.add(asked.get(i));
      }
    }
    return closing;
  }
}
