package io.balsa.cli.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Cycles of a directed graph, by Tarjan's strongly connected components; without recursion, for queues are long. */
final class Cycles<N extends Comparable<N>> {
  private final class Visit {
    final N node;
    final Iterator<N> next;
    final int index;
    int low;
    boolean open = true;

    Visit(N node) {
      this.node = node;
      next = edges.apply(node).iterator();
      index = visits.size();
      low = index;
    }
  }

  private final Function<N, Stream<N>> edges;
  private final Map<N, Visit> visits = new TreeMap<>();

  Cycles(Function<N, Stream<N>> edges) {
    this.edges = edges;
  }

  /** The components in which every node is on a cycle, those of one node that has an edge to itself included. */
  List<Set<N>> components(Collection<N> nodes) {
    List<Set<N>> components = new ArrayList<>();
    for (N root : nodes) {
      if (!visits.containsKey(root)) {
        visit(root, components);
      }
    }
    return components;
  }

  private void visit(N root, List<Set<N>> components) {
    Deque<Visit> path = new ArrayDeque<>();
    Deque<Visit> open = new ArrayDeque<>();
    begin(root, path, open);
    while (!path.isEmpty()) {
      Visit here = path.getLast();
      if (here.next.hasNext()) {
        N next = here.next.next();
        Visit there = visits.get(next);
        if (there == null) {
          begin(next, path, open);
        } else if (there.open) {
          here.low = Math.min(here.low, there.index);
        }
        continue;
      }
      path.removeLast();
      Visit before = path.peekLast();
      if (before != null) {
        before.low = Math.min(before.low, here.low);
      }
      if (here.low == here.index) {
        close(here, open, components);
      }
    }
  }

  private void begin(N node, Deque<Visit> path, Deque<Visit> open) {
    Visit visit = new Visit(node);
    visits.put(node, visit);
    path.addLast(visit);
    open.addLast(visit);
  }

  private void close(Visit first, Deque<Visit> open, List<Set<N>> components) {
    Set<N> component = new TreeSet<>();
    Visit last;
    do {
      last = open.removeLast();
      last.open = false;
      component.add(last.node);
    } while (last != first);
    if (component.size() > 1 || edges.apply(first.node).anyMatch(first.node::equals)) {
      components.add(component);
    }
  }

  /** A shortest cycle through this node of a component, beginning with it. */
  List<N> shortest(N start, Set<N> component) {
    Map<N, N> cameFrom = new TreeMap<>();
    Deque<N> reached = new ArrayDeque<>(List.of(start));
    while (!reached.isEmpty()) {
      N here = reached.removeFirst();
      for (N next : edges.apply(here).filter(component::contains).toList()) {
        if (next.equals(start)) {
          return back(here, start, cameFrom);
        }
        if (cameFrom.putIfAbsent(next, here) == null) {
          reached.addLast(next);
        }
      }
    }
    throw new IllegalStateException(start + " is on no cycle");
  }

  private List<N> back(N end, N start, Map<N, N> cameFrom) {
    List<N> path = new ArrayList<>();
    for (N at = end; at != null && !at.equals(start); at = cameFrom.get(at)) {
      path.add(at);
    }
    path.add(start);
    Collections.reverse(path);
    return path;
  }
}
