package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The worst anomaly of a strongly connected component, shown by a short cycle: first without the clock on the wall,
 * then with it; of each first what the fewest kinds of edges show.
 */
final class CycleSearch {
  /** So many places are tried to find a cycle that is shorter than the first one. */
  private static final int TRIED = 64;

  private final DependencyGraph component;

  private CycleSearch(DependencyGraph component) {
    this.component = component;
  }

  /** @param component strongly connected, of more than one transaction */
  static Cycle in(DependencyGraph component) {
    CycleSearch search = new CycleSearch(component);
    Cycle cycle = search.find(EnumSet.noneOf(Dependency.class), Anomaly.G0, Anomaly.G1C, Anomaly.G_SINGLE, Anomaly.G2);
    if (cycle == null) {
      cycle = search.find(EnumSet.of(Dependency.REALTIME), Anomaly.G0_REALTIME, Anomaly.G1C_REALTIME,
          Anomaly.G_SINGLE_REALTIME, Anomaly.G2_REALTIME);
    }
    if (cycle == null) {
      throw new IllegalStateException("a component of " + component.size() + " transactions without a cycle");
    }
    return cycle;
  }

  private @Nullable Cycle find(Set<Dependency> with, Anomaly ofWrites, Anomaly ofReads, Anomaly single, Anomaly more) {
    EnumSet<Dependency> kinds = EnumSet.of(Dependency.WW);
    kinds.addAll(with);
    List<Edge> cycle = shortest(kinds);
    if (cycle != null) {
      return cycle(ofWrites, cycle);
    }
    kinds.add(Dependency.WR);
    cycle = shortest(kinds);
    if (cycle != null) {
      return cycle(ofReads, cycle);
    }
    cycle = shortestWithOneAntiDependency(kinds);
    if (cycle != null) {
      return cycle(single, cycle);
    }
    kinds.add(Dependency.RW);
    cycle = shortest(kinds);
    return cycle == null ? null : cycle(more, cycle);
  }

  private Cycle cycle(Anomaly anomaly, List<Edge> edges) {
    return new Cycle(anomaly, edges.stream().map(component::inHistory).toList());
  }

  private @Nullable List<Edge> shortest(Set<Dependency> kinds) {
    List<Edge> best = null;
    for (int[] places : Components.withCycles(component, kinds)) {
      ShortestPaths paths = new ShortestPaths(component.among(places), kinds);
      int step = Math.max(1, places.length / TRIED);
      for (int place = 0; place < places.length; place += step) {
        List<Edge> cycle = paths.path(place, place);
        if (cycle != null && (best == null || cycle.size() < best.size())) {
          best = cycle.stream().map(edge -> edge.between(places[edge.from()], places[edge.to()])).toList();
        }
      }
      if (best != null && best.size() == 2) {
        break;
      }
    }
    return best;
  }

  private @Nullable List<Edge> shortestWithOneAntiDependency(Set<Dependency> others) {
    List<Edge> best = null;
    ShortestPaths paths = new ShortestPaths(component, others);
    for (Edge edge : ClosingAntiDependencies.some(component, others)) {
      List<Edge> path = paths.path(edge.to(), edge.from());
      if (path != null && (best == null || path.size() + 1 < best.size())) {
        best = new ArrayList<>(List.of(edge));
        best.addAll(path);
      }
    }
    return best;
  }
}
