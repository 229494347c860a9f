package io.balsa.raft.sim;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Many seeds, each run twice with equal trace hashes, and what they gave together. Thread-safe. */
public final class Campaign {
  /** The length of a safety phase. */
  public static final Duration SAFETY = Duration.ofSeconds(60);
  /** How a finding of raft's own simulation is seen again. */
  public static final String REPLAY = "mvn -pl raft test -Dtest=SimulationTest -Dbalsa.sim.seed=%d";
  private static final int FINDINGS_MAX = 10;
  private static final long TELL_NANOS = 15_000_000_000L;

  private final Duration safety;
  private final Supplier<? extends Parts<?>> parts;
  private final String replay;
  private final PrintStream out;
  private final List<SimResult> results = new ArrayList<>();
  private final List<String> findings = new ArrayList<>();
  private long cpuNanos;
  private long toldAt = System.nanoTime();

  /** @param replay how a finding is seen again: a command, with %d for the seed */
  public Campaign(Duration safety, Supplier<? extends Parts<?>> parts, String replay, PrintStream out) {
    this.safety = safety;
    this.parts = parts;
    this.replay = replay;
    this.out = out;
  }

  public void runSeeds(long first, int count, int threads) throws InterruptedException {
    AtomicLong next = new AtomicLong(first);
    work(threads, next, () -> next.get() < first + count, first + count);
  }

  public void runFor(long first, Duration duration, int threads) throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    work(threads, new AtomicLong(first), () -> System.nanoTime() < end, Long.MAX_VALUE);
  }

  private void work(int threads, AtomicLong next, BooleanSupplier more, long end) throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(() -> {
        while (more.getAsBoolean() && findings().size() < FINDINGS_MAX) {
          long seed = next.getAndIncrement();
          if (seed < end) {
            runTwice(seed);
          }
        }
      }, "campaign-" + i);
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private void runTwice(long seed) {
    long begin = System.nanoTime();
    try {
      SimResult once = Simulation.run(seed, safety, parts.get(), null);
      SimResult twice = Simulation.run(seed, safety, parts.get(), null);
      if (once.traceHash() != twice.traceHash()) {
        found("seed " + seed + " does not repeat: trace hashes " + once.traceHash() + " and " + twice.traceHash());
      }
      if (once.violation() != null) {
        found(once.report(replay.formatted(seed)));
      }
      done(once, begin);
    } catch (RuntimeException | Error e) {
      found("seed " + seed + " broke the simulator: " + Cluster.describe(e));
    }
  }

  private synchronized void done(SimResult result, long begin) {
    results.add(result);
    long now = System.nanoTime();
    cpuNanos += now - begin;
    if (now - toldAt > TELL_NANOS) {
      toldAt = now;
      out.println(results.size() + " seeds so far, the last " + result.seed() + ", " + findings.size() + " findings");
    }
  }

  private synchronized void found(String finding) {
    findings.add(finding);
    out.println(finding);
  }

  public synchronized List<String> findings() {
    return List.copyOf(findings);
  }

  public synchronized FaultCounts faults() {
    FaultCounts sum = new FaultCounts();
    results.forEach(result -> sum.addAll(result.faults()));
    return sum;
  }

  /** How often what of the workload's own happened, by name, over all seeds. */
  public synchronized Map<String, Long> counts() {
    Map<String, Long> sum = new TreeMap<>();
    results.forEach(result -> result.counts().forEach((name, count) -> sum.merge(name, count, Long::sum)));
    return sum;
  }

  /** Medians, and sums of the faults. */
  public synchronized String summary() {
    if (results.isEmpty()) {
      return "no seed was run";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format("%d seeds of %d s twice, %.0f ms a seed, %d findings%n", results.size(), safety.toSeconds(),
            cpuNanos / 1e6 / results.size(), findings.size()));
    text.append(String.format(
        "medians: %d operations, %d of unknown outcome, %d entries, %d faults, %d leader changes, "
            + "%d ms from heal to a committed write, %d events%n",
        median(SimResult::operations), median(SimResult::unknown),
        median(SimResult::committed), median(result -> result.faults().caused()), median(SimResult::leaderChanges),
        median(SimResult::electionNanos) / 1_000_000, median(SimResult::events)));
    text.append(String.format("most ms from heal to a committed write: %d; histories given up: %d%n",
        results.stream().mapToLong(SimResult::electionNanos).max().orElse(0) / 1_000_000,
        results.stream().mapToInt(SimResult::gaveUp).sum()));
    FaultCounts faults = faults();
    for (FaultKind kind : FaultKind.values()) {
      text.append(kind).append(' ').append(faults.of(kind)).append("  ");
    }
    counts().forEach((name, count) -> text.append(name).append(' ').append(count).append("  "));
    return text.append(System.lineSeparator()).append(faults.steps()).append(System.lineSeparator())
        .append(faults.members()).toString();
  }

  private long median(ToLongFunction<SimResult> of) {
    long[] values = results.stream().mapToLong(of).toArray();
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
