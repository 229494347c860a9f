package io.balsa.jepsen.report.matrix;

import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.FaultFigures;
import io.balsa.jepsen.report.run.RunSummary.WorkloadFigures;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The runs in which a workload met the faults of a family. A run with several workloads or families is in a row for each pair, so
 * rows do not add up to the totals.
 *
 * @param family of nemeses; {@value #NO_FAULTS} for runs without a fault in their plan
 * @param runs in which faults of the family were in the plan
 * @param counted of these, those that count
 * @param valid by the verdict of this workload, where the nodes' states did not differ
 * @param invalid by the same, and those in which the states differed
 * @param okOperations of the workload in these runs
 * @param installed faults of the family
 * @param indeterminate faults of the family
 * @param skipped faults of the family
 * @param medianGapNanos of the write gaps of the faults of the family; of an even number the mean of the two in the middle; empty:
 *          none was felt
 * @param longestGapNanos of the same
 */
public record MatrixRow(String workload, String family, long runs, long counted, long valid, long undecided,
    long invalid, long okOperations, long installed, long indeterminate, long skipped, OptionalLong medianGapNanos,
    OptionalLong longestGapNanos) {
  /** Stands for a family where there is none. */
  public static final String NO_FAULTS = "no faults";

  private record Meeting(RunSummary run, WorkloadFigures workload) {}

  /** All rows of these runs, by workload and then by family. */
  public static List<MatrixRow> of(List<RunSummary> runs) {
    Map<String, Map<String, List<Meeting>>> meetings = new TreeMap<>();
    for (RunSummary run : runs) {
      Set<String> families = run.faults().stream().map(FaultFigures::family)
          .collect(Collectors.toCollection(TreeSet::new));
      if (families.isEmpty()) {
        families.add(NO_FAULTS);
      }
      for (WorkloadFigures workload : run.workloads()) {
        families.forEach(family -> meetings.computeIfAbsent(workload.name(), name -> new TreeMap<>())
            .computeIfAbsent(family, name -> new ArrayList<>()).add(new Meeting(run, workload)));
      }
    }
    List<MatrixRow> rows = new ArrayList<>();
    meetings.forEach(
        (workload, families) -> families.forEach((family, met) -> rows.add(row(workload, family, met))));
    return List.copyOf(rows);
  }

  private static MatrixRow row(String workload, String family, List<Meeting> met) {
    List<FaultFigures> faults = met.stream().flatMap(meeting -> meeting.run.faults().stream())
        .filter(fault -> fault.family().equals(family)).toList();
    long[] gaps = faults.stream().map(FaultFigures::writeGapNanos).filter(Objects::nonNull)
        .mapToLong(Long::longValue).sorted().toArray();
    return new MatrixRow(workload, family, met.size(),
        met.stream().filter(meeting -> meeting.run.counts()).count(), judged(met, Verdict.State.VALID),
        judged(met, Verdict.State.UNDECIDED), judged(met, Verdict.State.INVALID),
        met.stream().mapToLong(meeting -> meeting.workload.operations().ok()).sum(),
        became(faults, FaultRecord.State.INSTALLED), became(faults, FaultRecord.State.INDETERMINATE),
        became(faults, FaultRecord.State.SKIPPED), median(gaps), Arrays.stream(gaps).max());
  }

  private static long judged(List<Meeting> met, Verdict.State verdict) {
    return met.stream().filter(meeting -> verdict(meeting) == verdict).count();
  }

  private static Verdict.State verdict(Meeting meeting) {
    return meeting.run.states() == RunReport.States.DIFFERENT ? Verdict.State.INVALID : meeting.workload.verdict();
  }

  private static long became(List<FaultFigures> faults, FaultRecord.State state) {
    return faults.stream().filter(fault -> fault.state() == state).count();
  }

  private static OptionalLong median(long[] sorted) {
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}
