package io.balsa.jepsen.checker.append;

import java.util.BitSet;
import java.util.List;

/**
 * The edges that the list of one key shows. Elements of transactions that have no effect, or that nobody appended,
 * show none.
 */
final class KeyDependencies {
  private final KeyHistory history;
  private final List<Long> order;
  /** The transaction that appended each element of the order; -1: none that counts. */
  private final int[] writers;

  KeyDependencies(KeyHistory history, Appends appends, BitSet committed) {
    this.history = history;
    this.order = history.order();
    this.writers = order.stream().mapToInt(element -> appends.writer(history.key(), element))
        .map(writer -> writer >= 0 && committed.get(writer) ? writer : -1).toArray();
  }

  void addTo(DependencyGraph graph) {
    int last = -1;
    for (int i = 0; i < writers.length; i++) {
      if (writers[i] >= 0) {
        if (last >= 0) {
          add(graph, writers[last], writers[i], Dependency.WW, order.get(last), order.get(i));
        }
        last = i;
      }
    }
    // Whatever is not in the longest read comes after all that is.
    int end = last;
    history.unseen().forEach((writer, element) -> {
      if (end >= 0) {
        add(graph, writers[end], writer, Dependency.WW, order.get(end), element);
      }
    });
    history.reads().forEach(read -> addOf(graph, read));
  }

  private void addOf(DependencyGraph graph, ListRead read) {
    int seen = read.external() - 1;
    while (seen >= 0 && writers[seen] < 0) {
      seen--;
    }
    if (seen >= 0) {
      add(graph, writers[seen], read.transaction(), Dependency.WR, order.get(seen), 0);
    }
    int next = read.external();
    while (next < writers.length && writers[next] < 0) {
      next++;
    }
    if (next < writers.length) {
      add(graph, read.transaction(), writers[next], Dependency.RW, 0, order.get(next));
    } else {
      history.unseen()
          .forEach((writer, element) -> add(graph, read.transaction(), writer, Dependency.RW, 0, element));
    }
  }

  private void add(DependencyGraph graph, int from, int to, Dependency kind, long element, long next) {
    if (from != to) {
      graph.add(new Edge(from, to, kind, history.key(), element, next));
    }
  }
}
