package io.balsa.jepsen.report.run;

import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.torture.workload.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run that has ended, with all that its report tells. Immutable.
 *
 * @param title what ran, for people
 * @param seed of which all that was drawn came
 * @param command repeats the run; one line, to be pasted into a shell
 * @param backend how the network was made: {@code namespaces}, {@code proxies}, ...
 * @param version of the servers
 * @param nodes ids
 * @param began on the wall clock: the moment 0 of the run's own clock
 * @param load from when until when the clients did their steps, on the run's clock; what they did before and after is told, and not
 *          measured
 * @param workloads what they did and what was found
 * @param faults those of the plan, also skipped ones, in the order in which they came
 * @param discounts why the run does not count, whatever its verdict; empty: it counts
 * @param states whether all nodes held the same at the end
 * @param logs of the nodes, by id; a file that is not there is told
 * @param environment other facts for people, by name, in their order: the machine, the JVM, ...
 */
public record RunReport(String title, long seed, String command, String backend, String version, List<String> nodes,
    Instant began, Interval load, List<WorkloadResult> workloads, List<FaultRecord> faults, List<String> discounts,
    States states, Map<String, Path> logs, Map<String, String> environment) {
  /** What was seen of the hashes of the nodes' states when all had applied the same. */
  public enum States {
    EQUAL,
    /** Nodes hold different states: the run is invalid, whatever the histories say. */
    DIFFERENT,
    /** They could not be compared, or nobody asked. */
    NOT_COMPARED
  }

  /** Keeps copies. */
  public RunReport {
    nodes = List.copyOf(nodes);
    workloads = List.copyOf(workloads);
    faults = List.copyOf(faults);
    discounts = List.copyOf(discounts);
    logs = Collections.unmodifiableMap(new LinkedHashMap<>(logs));
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }

  /**
   * Invalid if one workload is, or if the nodes' states differ; else undecided if one workload is, or if there is none; else valid.
   */
  public Verdict.State verdict() {
    if (states == States.DIFFERENT || any(Verdict.State.INVALID)) {
      return Verdict.State.INVALID;
    }
    return workloads.isEmpty() || any(Verdict.State.UNDECIDED) ? Verdict.State.UNDECIDED : Verdict.State.VALID;
  }

  private boolean any(Verdict.State state) {
    return workloads.stream().anyMatch(workload -> workload.verdict().state() == state);
  }
}
