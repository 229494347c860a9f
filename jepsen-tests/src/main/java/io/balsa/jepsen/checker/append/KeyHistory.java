package io.balsa.jepsen.checker.append;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that is known of one key. The longest read tells the order of the elements. */
final class KeyHistory {
  private final String key;
  private final Set<Long> seen = new HashSet<>();
  private final List<ListRead> reads = new ArrayList<>();
  private final Map<Integer, Long> unseen = new LinkedHashMap<>();
  private List<Long> order = List.of();
  private int lastReader = -1;

  KeyHistory(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }

  /** A transaction that took effect read these, right or wrong. */
  void saw(History history, int transaction, List<Long> list) {
    seen.addAll(list);
    if (lastReader < 0 || history.get(transaction).invoked() > history.get(lastReader).invoked()) {
      lastReader = transaction;
    }
  }

  boolean wasSeen(long element) {
    return seen.contains(element);
  }

  /** The reader that began last; -1: nobody read it. */
  int lastReader() {
    return lastReader;
  }

  /** A read that others are compared with. */
  void add(ListRead read) {
    reads.add(read);
  }

  /** A transaction that took effect appended an element that nobody has seen, and that need not be lost. */
  void unseen(int transaction, long element) {
    unseen.putIfAbsent(transaction, element);
  }

  /** The first such element of each such transaction. */
  Map<Integer, Long> unseen() {
    return unseen;
  }

  /** The elements as they stand in the list. */
  List<Long> order() {
    return order;
  }

  /** The reads that agree with the order. */
  List<ListRead> reads() {
    return reads;
  }

  /** Finds the order, and the reads that disagree; these count no more. */
  void findOrder(Findings findings) {
    ListRead longest = null;
    for (ListRead read : reads) {
      if (longest == null || read.list().size() > longest.list().size()) {
        longest = read;
      }
    }
    if (longest == null) {
      return;
    }
    order = longest.list();
    int orderedBy = longest.transaction();
    reads.removeIf(read -> {
      boolean agrees = read.isBeginningOf(order);
      if (!agrees) {
        findings.add(Anomaly.INCOMPATIBLE_ORDER, "T" + orderedBy + " read " + key + " as " + order + ", T"
            + read.transaction() + " as " + read.list(), orderedBy, read.transaction());
      }
      return !agrees;
    });
  }
}
