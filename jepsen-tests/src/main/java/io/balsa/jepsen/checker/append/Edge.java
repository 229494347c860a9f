package io.balsa.jepsen.checker.append;

/**
 * The one transaction, by its place in the graph, must come before the other one.
 *
 * @param key
 *          whose list shows it; empty for real time
 * @param element
 *          that the earlier one appended (WW, WR); else 0
 * @param next
 *          that the later one appended (WW, RW); else 0
 */
record Edge(int from, int to, Dependency kind, String key, long element, long next) {
  static Edge realtime(int from, int to) {
    return new Edge(from, to, Dependency.REALTIME, "", 0, 0);
  }

  /** The same between other places. */
  Edge between(int otherFrom, int otherTo) {
    return new Edge(otherFrom, otherTo, kind, key, element, next);
  }
}
