package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.history.Completion;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a check has found.
 *
 * @param findings
 *          empty: the history is strictly serializable as far as its reads tell
 * @param transactions
 *          by their outcome
 * @param edges
 *          by their kind; those of real time are the ones from which all others follow
 */
public record Report(List<Finding> findings, Map<Completion, Long> transactions, Map<Dependency, Long> edges) {
  private static final int SHOWN = 20;

  /** Keeps copies. */
  public Report {
    findings = List.copyOf(findings);
    transactions = Map.copyOf(transactions);
    edges = Map.copyOf(edges);
  }

  /** Whether nothing is wrong. */
  public boolean isClean() {
    return findings.isEmpty();
  }

  /** Transactions that ended so. */
  public long count(Completion completion) {
    return transactions.getOrDefault(completion, 0L);
  }

  /** Dependencies of this kind. */
  public long count(Dependency kind) {
    return edges.getOrDefault(kind, 0L);
  }

  /** The counts on one line. */
  public String counts() {
    return "transactions: ok " + count(Completion.OK) + ", failed " + count(Completion.FAILED) + ", unknown "
        + count(Completion.UNKNOWN) + "; edges: ww " + count(Dependency.WW) + ", wr " + count(Dependency.WR) + ", rw "
        + count(Dependency.RW) + ", real time " + count(Dependency.REALTIME);
  }

  @Override
  public String toString() {
    return counts() + "\n" + findings.size() + " anomalies\n"
        + findings.stream().limit(SHOWN).map(Finding::toString).collect(Collectors.joining("\n"))
        + (findings.size() > SHOWN ? "\n..." : "");
  }
}
