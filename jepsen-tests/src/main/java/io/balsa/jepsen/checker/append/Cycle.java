package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.List;

/**
 * Transactions each of which must come before the next one, and the last one before the first.
 *
 * @param edges
 *          between positions in the history
 */
record Cycle(Anomaly anomaly, List<Edge> edges) {
  /** Real time that goes on where the cycle was cut open is one step. */
  Cycle {
    if (edges.size() > 2 && edges.getFirst().kind() == Dependency.REALTIME
        && edges.getLast().kind() == Dependency.REALTIME) {
      List<Edge> joined = new ArrayList<>(edges.subList(1, edges.size() - 1));
      joined.add(Edge.realtime(edges.getLast().from(), edges.getFirst().to()));
      edges = joined;
    }
    edges = List.copyOf(edges);
  }

  /** As a person wants to read it. */
  void addTo(Findings findings, History history) {
    StringBuilder text = new StringBuilder();
    edges.forEach(edge -> text.append('T').append(edge.from()).append(" < "));
    text.append('T').append(edges.getFirst().from());
    edges.forEach(edge -> text.append("\n    T").append(edge.from()).append(" before T").append(edge.to())
        .append(": ").append(why(edge, history)));
    findings.add(anomaly, text.toString(), edges.stream().mapToInt(Edge::from).toArray());
  }

  private static String why(Edge edge, History history) {
    String from = "T" + edge.from();
    String to = "T" + edge.to();
    return switch (edge.kind()) {
      case WW -> from + " appended " + edge.element() + " to " + edge.key() + ", and " + to + " appended " + edge.next()
          + " behind it";
      case WR -> to + " read " + edge.key() + " and saw " + edge.element() + ", which " + from + " had appended";
      case RW -> from + " read " + edge.key() + " and did not see " + edge.next() + ", which " + to + " appended";
      case REALTIME -> from + " ended " + (history.get(edge.to()).invoked() - history.get(edge.from()).completed())
          + " ns before " + to + " began";
    };
  }
}
