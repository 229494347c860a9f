package io.balsa.jepsen.report.run;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.measure.Latency;
import io.balsa.jepsen.report.measure.Outages;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.report.measure.Writes;
import io.balsa.jepsen.report.run.RunSummary.FaultFigures;
import io.balsa.jepsen.report.run.RunSummary.FunctionFigures;
import io.balsa.jepsen.report.run.RunSummary.OutageFigures;
import io.balsa.jepsen.report.run.RunSummary.WorkloadFigures;
import io.balsa.jepsen.report.run.RunSummary.WriteFigures;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the numbers of a run from what its clients saw. */
public final class Summarizer {
  /** A gap of this length is an outage: longer than an election, shorter than the patience of most clients. */
  public static final long OUTAGE = TimeUnit.SECONDS.toNanos(1);
  /** Availability is told by windows of this length. */
  public static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(100);

  private final RunReport run;
  private final Writes writes;
  private final long usual;

  private Summarizer(RunReport run) {
    this.run = run;
    this.writes = new Writes(run.workloads().stream().flatMap(workload -> workload.writes().stream()).toList(),
        run.load());
    this.usual = writes.usual(
        run.faults().stream().filter(FaultRecord::felt).map(FaultRecord::troubled).toList());
  }

  /** Of this run. */
  public static RunSummary summarize(RunReport run) {
    return new Summarizer(run).summary();
  }

  private RunSummary summary() {
    List<Operation> all = run.workloads().stream().flatMap(workload -> workload.history().stream()).toList();
    List<Operation> measured = all.stream().filter(operation -> run.load().has(operation.completed())).toList();
    Latency latency = Latency.of(measured);
    double seconds = (double) run.load().length() / TimeUnit.SECONDS.toNanos(1);
    return new RunSummary(RunSummary.FORMAT, run.title(), run.seed(), run.command(), run.backend(), run.version(),
        run.nodes(), run.began().toString(), run.load().from(), run.load().to(), run.verdict(),
        run.discounts().isEmpty(), run.discounts(), run.states(), Tally.of(all),
        seconds == 0 ? 0 : latency.count() / seconds, latency, writes(),
        run.workloads().stream().map(Summarizer::workload).toList(), run.faults().stream().map(this::fault).toList(),
        run.environment());
  }

  private WriteFigures writes() {
    Outages outages = Outages.of(writes, OUTAGE);
    return new WriteFigures(writes.count(), usual, writes.longest().length(), writes.availability(WINDOW), WINDOW,
        outages.uptime(), OUTAGE,
        outages.outages().stream().map(outage -> new OutageFigures(outage.from(), outage.to())).toList(),
        orNull(outages.meanTimeToRepair()), orNull(outages.meanTimeBetweenFailures()));
  }

  private static WorkloadFigures workload(WorkloadResult workload) {
    Map<String, List<Operation>> byFunction = workload.history().stream()
        .collect(Collectors.groupingBy(Operation::function, TreeMap::new, Collectors.toList()));
    List<FunctionFigures> functions = new ArrayList<>();
    byFunction.forEach((function, operations) -> functions.add(new FunctionFigures(function,
        workload.mutations().contains(function), Tally.of(operations), Latency.of(operations))));
    Verdict verdict = workload.verdict();
    return new WorkloadFigures(workload.name(), verdict.state(), verdict.findings(), new TreeMap<>(verdict.figures()),
        Tally.of(workload.history()), List.copyOf(functions));
  }

  private FaultFigures fault(FaultRecord fault) {
    Optional<Interval> blamed = Aftermath.of(fault, run.faults(), run.load());
    Long gap = blamed.isEmpty() ? null : writes.longest(blamed.get()).length();
    return new FaultFigures(fault.name(), fault.family(), fault.what(), fault.state(), fault.time().from(),
        fault.time().to(), orNull(fault.ready()), gap, gap == null ? null : Math.max(0, gap - usual));
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
