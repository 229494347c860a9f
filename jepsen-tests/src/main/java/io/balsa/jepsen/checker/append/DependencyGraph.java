package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Transactions, and which must come before which. A transaction's place in the graph is a number from 0. */
final class DependencyGraph {
  private final History history;
  private final int[] transactions;
  private final List<List<Edge>> edges = new ArrayList<>();
  private final Map<Dependency, Long> counts = new EnumMap<>(Dependency.class);

  /** Without edges; the place of a transaction is its position in the history. */
  DependencyGraph(History history) {
    this(history, IntStream.range(0, history.size()).toArray());
  }

  private DependencyGraph(History history, int[] transactions) {
    this.history = history;
    this.transactions = transactions;
    for (int i = 0; i < transactions.length; i++) {
      edges.add(new ArrayList<>(2));
    }
  }

  void add(Edge edge) {
    edges.get(edge.from()).add(edge);
    counts.merge(edge.kind(), 1L, Long::sum);
  }

  int size() {
    return transactions.length;
  }

  /** The edges that begin there. */
  List<Edge> from(int place) {
    return edges.get(place);
  }

  RecordedTransaction at(int place) {
    return history.get(transactions[place]);
  }

  Map<Dependency, Long> counts() {
    return counts;
  }

  /** Only these places, with numbers of their own, and the edges between them. */
  DependencyGraph among(int[] places) {
    DependencyGraph part = new DependencyGraph(history,
        IntStream.of(places).map(place -> transactions[place]).toArray());
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int i = 0; i < places.length; i++) {
      numbers.put(places[i], i);
    }
    for (int i = 0; i < places.length; i++) {
      for (Edge edge : edges.get(places[i])) {
        Integer to = numbers.get(edge.to());
        if (to != null) {
          part.add(edge.between(i, to));
        }
      }
    }
    return part;
  }

  /** The edge between positions in the history. */
  Edge inHistory(Edge edge) {
    return edge.between(transactions[edge.from()], transactions[edge.to()]);
  }
}
