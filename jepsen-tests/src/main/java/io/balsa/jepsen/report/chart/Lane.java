package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.run.WorkloadResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one client did, one operation after the other. A client has a new process after each operation of unknown outcome; its
 * processes do not overlap, and so those of a node are laid into as few lanes as that allows.
 *
 * @param workload whose client it is
 * @param node that the client was bound to
 * @param operations in the order in which they were invoked
 */
record Lane(String workload, String node, List<Operation> operations) {
  Lane {
    operations = List.copyOf(operations);
  }

  /** Those of all clients: by workload, then by node. */
  static List<Lane> of(List<WorkloadResult> workloads) {
    List<Lane> lanes = new ArrayList<>();
    for (WorkloadResult workload : workloads) {
      Map<String, List<Operation>> byNode = workload.history().stream()
          .collect(Collectors.groupingBy(Operation::node, TreeMap::new, Collectors.toList()));
      byNode.forEach((node, operations) -> packed(operations)
          .forEach(packed -> lanes.add(new Lane(workload.name(), node, packed))));
    }
    return lanes;
  }

  private static List<List<Operation>> packed(List<Operation> operations) {
    Map<Integer, List<Operation>> byProcess = new TreeMap<>();
    operations.stream().sorted(Comparator.comparingLong(Operation::invoked))
        .forEach(operation -> byProcess.computeIfAbsent(operation.process(), process -> new ArrayList<>())
            .add(operation));
    List<List<Operation>> lanes = new ArrayList<>();
    byProcess.values().stream().sorted(Comparator.comparingLong(process -> process.getFirst().invoked()))
        .forEach(process -> lanes.stream()
            .filter(lane -> lane.getLast().completed() <= process.getFirst().invoked())
            // The one that ended last before: where the same client stopped to be the process before.
            .max(Comparator.comparingLong(lane -> lane.getLast().completed()))
            .ifPresentOrElse(lane -> lane.addAll(process), () -> lanes.add(new ArrayList<>(process))));
    return lanes;
  }
}
