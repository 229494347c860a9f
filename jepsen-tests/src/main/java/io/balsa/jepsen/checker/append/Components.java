package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Strongly connected components: Tarjan's algorithm with a stack of its own, for a history may be longer than a
 * thread's.
 */
final class Components {
  private final DependencyGraph graph;
  private final Set<Dependency> kinds;
  private final int[] index;
  private final int[] low;
  private final boolean[] open;
  private final int[] nextEdge;
  private final int[] path;
  private final int[] opened;
  private final List<int[]> found = new ArrayList<>();
  private int pathLength;
  private int openedLength;
  private int visited;

  private Components(DependencyGraph graph, Set<Dependency> kinds) {
    this.graph = graph;
    this.kinds = kinds;
    int size = graph.size();
    this.index = new int[size];
    this.low = new int[size];
    this.open = new boolean[size];
    this.nextEdge = new int[size];
    this.path = new int[size];
    this.opened = new int[size];
  }

  /** Of the edges of these kinds; no edge leads from a component to one behind it in the list. */
  static List<int[]> of(DependencyGraph graph, Set<Dependency> kinds) {
    return new Components(graph, kinds).find();
  }

  /** Those in which there are cycles. */
  static List<int[]> withCycles(DependencyGraph graph, Set<Dependency> kinds) {
    return of(graph, kinds).stream().filter(component -> component.length > 1).toList();
  }

  private List<int[]> find() {
    for (int place = 0; place < graph.size(); place++) {
      if (index[place] == 0) {
        from(place);
      }
    }
    return found;
  }

  private void from(int root) {
    enter(root);
    while (pathLength > 0) {
      int place = path[pathLength - 1];
      List<Edge> edges = graph.from(place);
      if (nextEdge[place] < edges.size()) {
        Edge edge = edges.get(nextEdge[place]++);
        if (!kinds.contains(edge.kind())) {
          continue;
        }
        if (index[edge.to()] == 0) {
          enter(edge.to());
        } else if (open[edge.to()]) {
          low[place] = Math.min(low[place], index[edge.to()]);
        }
      } else {
        leave(place);
      }
    }
  }

  private void enter(int place) {
    index[place] = ++visited;
    low[place] = visited;
    open[place] = true;
    opened[openedLength++] = place;
    path[pathLength++] = place;
  }

  private void leave(int place) {
    pathLength--;
    if (pathLength > 0) {
      int parent = path[pathLength - 1];
      low[parent] = Math.min(low[parent], low[place]);
    }
    if (low[place] == index[place]) {
      int end = openedLength;
      do {
        open[opened[--openedLength]] = false;
      } while (opened[openedLength] != place);
      found.add(Arrays.copyOfRange(opened, openedLength, end));
    }
  }
}
