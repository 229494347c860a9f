package io.balsa.jepsen.report.run;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.List;
import java.util.Set;

/**
 * What clients did in a run, and what was found.
 *
 * @param name of the workload
 * @param history in the order in which the operations ended
 * @param mutations the functions that change something: their acknowledgements show that the cluster can be written to
 */
public record WorkloadResult(String name, Verdict verdict, List<Operation> history, Set<String> mutations) {
  /** Keeps copies. */
  public WorkloadResult {
    history = List.copyOf(history);
    mutations = Set.copyOf(mutations);
  }

  /** Those of the history that change something, whatever became of them. */
  public List<Operation> writes() {
    return history.stream().filter(operation -> mutations.contains(operation.function())).toList();
  }
}
