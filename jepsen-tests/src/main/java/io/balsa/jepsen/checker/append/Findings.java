package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.List;

/** What has been found so far. */
final class Findings {
  private final History history;
  private final List<Finding> all = new ArrayList<>();

  Findings(History history) {
    this.history = history;
  }

  /** @param shownBy the transactions that show it, each told once */
  void add(Anomaly anomaly, String what, int... shownBy) {
    StringBuilder text = new StringBuilder(what);
    List<Integer> told = new ArrayList<>();
    for (int transaction : shownBy) {
      if (!told.contains(transaction)) {
        told.add(transaction);
        text.append("\n    T").append(transaction).append(" = ").append(history.get(transaction));
      }
    }
    all.add(new Finding(anomaly, text.toString()));
  }

  List<Finding> all() {
    return all;
  }
}
