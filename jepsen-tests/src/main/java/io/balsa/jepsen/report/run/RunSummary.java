package io.balsa.jepsen.report.run;

import io.balsa.jepsen.report.measure.Latency;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run in numbers: what {@code summary.json} holds, with these names. A field is never renamed nor given another meaning without
 * another {@code format}; new ones may come. What cannot be told is null. Times named ...Nanos are nanoseconds, a moment being one
 * since the begin of the run; shares are between 0 and 1; other numbers are counts.
 *
 * @param format of this file: {@value #FORMAT}
 * @param began when the run's clock was 0, as ISO 8601 has it, in UTC
 * @param loadFromNanos when the clients began their steps; what follows is measured from here ...
 * @param loadToNanos ... until they ended
 * @param verdict of the run: INVALID if a workload is, or if the states differ; else UNDECIDED if a workload is; else VALID
 * @param counts whether the run counts as evidence
 * @param discounts why it does not
 * @param states whether the nodes held the same at the end
 * @param operations of all workloads, those before and after the load among them
 * @param okPerSecond operations that ended OK while the load was there, over its length
 * @param latency of those of all workloads that ended OK while the load was there
 */
public record RunSummary(int format, String title, long seed, String command, String backend, String version,
    List<String> nodes, String began, long loadFromNanos, long loadToNanos, Verdict.State verdict, boolean counts,
    List<String> discounts, RunReport.States states, Tally operations, double okPerSecond, Latency latency,
    WriteFigures writes, List<WorkloadFigures> workloads, List<FaultFigures> faults,
    Map<String, String> environment) {
  /** The one that this code writes and reads. */
  public static final int FORMAT = 1;

  /**
   * Whether the cluster could be written to, and how long it could not.
   *
   * @param acknowledged mutations that ended OK while the load was there
   * @param usualGapNanos 99 of 100 gaps between successive acknowledgements are no longer, of those that touch no time from a
   *          fault's installation until it was undone and the nodes were ready; half of all gaps, if there are no others
   * @param longestGapNanos of the whole load
   * @param availability the share of windows in which a mutation was acknowledged
   * @param windowNanos how long such a window is
   * @param uptime the share of the time that is no outage
   * @param outageFromNanos a gap of this length is an outage
   * @param outages in their order
   * @param mttrNanos mean length of an outage; null: there was none
   * @param mtbfNanos mean time from the begin of one to the begin of the next; null: there were not two
   */
  public record WriteFigures(long acknowledged, long usualGapNanos, long longestGapNanos, double availability,
      long windowNanos, double uptime, long outageFromNanos, List<OutageFigures> outages, @Nullable Long mttrNanos,
      @Nullable Long mtbfNanos) {}

  /** An outage: the moments of the last acknowledgement before it and of the first one after it. */
  public record OutageFigures(long fromNanos, long toNanos) {}

  /**
   * A workload of the run.
   *
   * @param findings of its checker
   * @param figures of its checker, by name
   * @param operations all of its history
   * @param functions the same for each function, by name
   */
  public record WorkloadFigures(String name, Verdict.State verdict, List<String> findings, Map<String, Long> figures,
      Tally operations, List<FunctionFigures> functions) {}

  /** What became of the operations of one function; the latency is that of those that ended OK. */
  public record FunctionFigures(String function, boolean mutation, Tally operations, Latency latency) {}

  /**
   * A fault of the plan.
   *
   * @param what whom it hit, or why it was skipped
   * @param installedNanos when it was there; of one that was skipped: when it should have been
   * @param healedNanos when it was undone
   * @param readyNanos when every node was ready again; null: not seen
   * @param writeGapNanos the longest gap between successive acknowledgements of mutations that has a moment in common with the time
   *          from its installation until 5 s after it was undone and the nodes were ready, but not later than shortly before the next fault's
   *          installation; null: it was skipped, or the load had ended
   * @param beyondUsualNanos by how much that is longer than the usual gap; 0: it is not
   */
  public record FaultFigures(String name, String family, String what, FaultRecord.State state, long installedNanos,
      long healedNanos, @Nullable Long readyNanos, @Nullable Long writeGapNanos, @Nullable Long beyondUsualNanos) {}

  /** Nanoseconds of load. */
  public long loadNanos() {
    return loadToNanos - loadFromNanos;
  }
}
