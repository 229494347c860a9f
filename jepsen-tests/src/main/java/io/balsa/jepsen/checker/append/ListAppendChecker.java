package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Checks a history for strict serializability. What no serial store could ever show is found in single reads and
 * lists. Then every read has its place in the order of its list, and the lists and the clock tell which transaction
 * must come before which; in a history that is strictly serializable no cycle comes of that, and every cycle is an
 * anomaly.
 */
public final class ListAppendChecker {
  private final History history;
  private final Appends appends;
  private final BitSet committed;
  private final Findings findings;
  private final Map<String, KeyHistory> keys = new LinkedHashMap<>();

  private ListAppendChecker(History history) {
    this.history = history;
    this.appends = new Appends(history);
    this.committed = Commits.of(history, appends);
    this.findings = new Findings(history);
  }

  /**
   * Checks it. Anomalies that a found one explains are not told again as cycles.
   *
   * @throws IllegalArgumentException
   *           an element is appended to a key twice
   */
  public static Report check(History history) {
    return new ListAppendChecker(history).check();
  }

  private Report check() {
    lookAtReads();
    committed.stream().forEach(this::lookAtAppends);
    DependencyGraph graph = new DependencyGraph(history);
    keys.values().forEach(key -> new KeyDependencies(key, appends, committed).addTo(graph));
    RealTimeOrder.addTo(graph, committed);
    for (int[] component : Components.withCycles(graph, graph.counts().keySet())) {
      CycleSearch.in(graph.among(component)).addTo(findings, history);
    }
    Map<Completion, Long> transactions = new EnumMap<>(Completion.class);
    history.transactions().forEach(transaction -> transactions.merge(transaction.completion(), 1L, Long::sum));
    return new Report(findings.all(), transactions, graph.counts());
  }

  private KeyHistory key(String key) {
    return keys.computeIfAbsent(key, KeyHistory::new);
  }

  private void lookAtReads() {
    InternalReads internal = new InternalReads(appends, findings);
    ElementChecks elements = new ElementChecks(history, appends, committed, findings);
    committed.stream().forEach(transaction -> {
      for (MicroOperation operation : history.get(transaction).operations()) {
        if (operation instanceof Read read && read.list() != null) {
          key(read.key()).saw(history, transaction, read.list());
        }
      }
      for (ListRead read : internal.of(transaction, history.get(transaction))) {
        ListRead whole = elements.elements(read);
        if (!elements.isIntermediate(whole)) {
          key(read.key()).add(whole);
        }
      }
    });
    keys.values().forEach(key -> key.findOrder(findings));
    elements.aborted(keys);
  }

  /**
   * An acknowledged element that nobody saw is lost if somebody looked afterwards; else it comes behind all that was
   * seen.
   */
  private void lookAtAppends(int transaction) {
    RecordedTransaction recorded = history.get(transaction);
    for (MicroOperation operation : recorded.operations()) {
      if (operation instanceof Append append && !key(append.key()).wasSeen(append.element())) {
        int reader = key(append.key()).lastReader();
        if (reader >= 0 && recorded.isBefore(history.get(reader))) {
          findings.add(Anomaly.LOST_APPEND, "T" + transaction + " appended " + append.element() + " to " + append.key()
              + ", and nobody saw it, not T" + reader + " either, which began later", transaction, reader);
        } else {
          key(append.key()).unseen(transaction, append.element());
        }
      }
    }
  }
}
