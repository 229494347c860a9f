package io.balsa.jepsen.report.matrix;

import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.FaultFigures;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.Comparator;
import java.util.List;

/**
 * Many runs together, each once.
 *
 * @param runs all
 * @param counted those that count
 * @param valid by the verdict of the run
 * @param okOperations of all
 * @param loadNanos the time of the load of all
 * @param faultedNanos the part of it in which at least one fault was installed
 */
public record MatrixTotals(long runs, long counted, long valid, long undecided, long invalid, long okOperations,
    long loadNanos, long faultedNanos) {
  /** Of these runs. */
  public static MatrixTotals of(List<RunSummary> runs) {
    return new MatrixTotals(runs.size(), runs.stream().filter(RunSummary::counts).count(),
        judged(runs, Verdict.State.VALID), judged(runs, Verdict.State.UNDECIDED), judged(runs, Verdict.State.INVALID),
        runs.stream().mapToLong(run -> run.operations().ok()).sum(),
        runs.stream().mapToLong(RunSummary::loadNanos).sum(), runs.stream().mapToLong(MatrixTotals::faulted).sum());
  }

  private static long judged(List<RunSummary> runs, Verdict.State verdict) {
    return runs.stream().filter(run -> run.verdict() == verdict).count();
  }

  /** Of times with several faults each moment once. */
  private static long faulted(RunSummary run) {
    List<FaultFigures> installed = run.faults().stream()
        .filter(fault -> fault.state() == FaultRecord.State.INSTALLED)
        .sorted(Comparator.comparingLong(FaultFigures::installedNanos)).toList();
    long faulted = 0;
    long seen = run.loadFromNanos();
    for (FaultFigures fault : installed) {
      long from = Math.max(seen, fault.installedNanos());
      long to = Math.min(run.loadToNanos(), fault.healedNanos());
      if (to > from) {
        faulted += to - from;
        seen = to;
      }
    }
    return faulted;
  }

  /** The share of the runs in which nothing was decided; 0 of none. */
  public double undecidedShare() {
    return runs == 0 ? 0 : (double) undecided / runs;
  }
}
