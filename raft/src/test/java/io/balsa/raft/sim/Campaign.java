package io.balsa.raft.sim;

import io.balsa.raft.message.LostEntries;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/** Many seeds, some or all of them run twice with equal trace hashes, and what they gave together. Thread-safe. */
public final class Campaign {
  /** The length of a safety phase. */
  public static final Duration SAFETY = Duration.ofSeconds(60);
  /** How a finding of raft's own simulation is seen again. */
  public static final String REPLAY = "mvn -pl raft test -Dtest=SimulationTest -Dbalsa.sim.seed=%d";
  private static final int FINDINGS_MAX = 10;
  private static final int NAMED_MAX = 20;
  private static final long TELL_NANOS = 15_000_000_000L;

  /**
   * What is run.
   *
   * @param safety the length of a safety phase, at least
   * @param goal   what makes a seed count
   * @param parts  of a seed, for each run anew
   * @param replay how a finding is seen again: a command, with %d for the seed
   * @param twice  which seeds are run twice
   */
  public record Plan(Duration safety, Goal goal, LongFunction<? extends Parts<?>> parts, String replay,
      LongPredicate twice) {
    /** Every seed twice, and each counts that ends well. */
    public static Plan of(Duration safety, LongFunction<? extends Parts<?>> parts, String replay) {
      return new Plan(safety, Goal.NONE, parts, replay, seed -> true);
    }

    public Plan withGoal(Goal other) {
      return new Plan(safety, other, parts, replay, twice);
    }
  }

  private final Plan plan;
  private final PrintStream out;
  private final List<String> findings = new ArrayList<>();
  private final List<String> notCounting = new ArrayList<>();
  private final FaultCounts faults = new FaultCounts();
  private final MessageCounts messages = new MessageCounts();
  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final Samples operations = new Samples();
  private final Samples unknown = new Samples();
  private final Samples committed = new Samples();
  private final Samples caused = new Samples();
  private final Samples leaderChanges = new Samples();
  private final Samples events = new Samples();
  private final Samples electionMillis = new Samples();
  private final Samples simulatedMillis = new Samples();
  private final Samples cpuMicros = new Samples();
  private final long begunAt = System.nanoTime();
  private long toldAt = begunAt;
  private int seeds;
  private int counting;
  private int repeated;
  private int gaveUp;

  public Campaign(Plan plan, PrintStream out) {
    this.plan = plan;
    this.out = out;
  }

  public void runSeeds(long first, long count, int threads) throws InterruptedException {
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
            run(seed);
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

  private void run(long seed) {
    try {
      long begin = cpuNanos();
      SimResult result = runOnce(seed);
      long cpu = cpuNanos() - begin;
      boolean again = plan.twice().test(seed);
      if (again) {
        long repetition = runOnce(seed).traceHash();
        if (repetition != result.traceHash()) {
          found("seed " + seed + " does not repeat: trace hashes " + result.traceHash() + " and " + repetition);
        }
      }
      if (result.violation() != null) {
        found(result.report(plan.replay().formatted(seed)));
      }
      done(result, again, cpu);
    } catch (RuntimeException | Error e) {
      found("seed " + seed + " broke the simulator: " + Cluster.describe(e) + "\nreplay: "
          + plan.replay().formatted(seed));
    }
  }

  private SimResult runOnce(long seed) {
    return Simulation.run(seed, plan.safety(), plan.goal(), plan.parts().apply(seed), null);
  }

  /** Of this thread: what other programs on the machine do is no part of what a seed costs. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private synchronized void done(SimResult result, boolean again, long cpu) {
    seeds++;
    repeated += again ? 1 : 0;
    if (!result.missing().isEmpty()) {
      notCounting.add("seed " + result.seed() + ": " + result.missing());
    } else if (result.violation() == null) {
      counting++;
    }
    operations.add(result.operations());
    unknown.add(result.unknown());
    committed.add(result.committed());
    caused.add(result.faults().caused());
    leaderChanges.add(result.leaderChanges());
    events.add(result.events());
    electionMillis.add(result.electionNanos() / 1_000_000);
    simulatedMillis.add(result.simulatedNanos() / 1_000_000);
    cpuMicros.add(cpu / 1_000);
    gaveUp += result.gaveUp();
    faults.addAll(result.faults());
    messages.addAll(result.messages());
    result.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
    tell(result.seed());
  }

  private void tell(long seed) {
    long now = System.nanoTime();
    if (now - toldAt > TELL_NANOS) {
      toldAt = now;
      out.printf("%d seeds so far, the last %d; %d count; %d findings; %.0f simulated seconds a second%n", seeds, seed,
          counting, findings.size(), rate());
    }
  }

  private double rate() {
    return simulatedMillis.sum() / 1e3 / Math.max(1e-3, (System.nanoTime() - begunAt) / 1e9);
  }

  private synchronized void found(String finding) {
    findings.add(finding);
    out.println(finding);
  }

  public synchronized List<String> findings() {
    return List.copyOf(findings);
  }

  /** Seeds run to their end. */
  public synchronized int seeds() {
    return seeds;
  }

  /** Seeds that have reached their goal, and broke nothing. */
  public synchronized int counting() {
    return counting;
  }

  public synchronized FaultCounts faults() {
    FaultCounts sum = new FaultCounts();
    sum.addAll(faults);
    return sum;
  }

  /** How often what of the workload's own happened, by name, over all seeds. */
  public synchronized Map<String, Long> counts() {
    return Collections.unmodifiableMap(new TreeMap<>(counts));
  }

  /**
   * What never happened: a fault that was never caused, a message that was never delivered, or a call that was never answered
   * tests nothing.
   *
   * @param expected names of {@link #counts}, or of how a state was lost
   */
  public synchronized Set<String> neverHappened(Set<String> expected) {
    Set<String> never = new TreeSet<>(faults.neverHappened());
    messages.all().forEach((kind, count) -> {
      // Only where disks forget is anybody told so (I4).
      if (count == 0
          && (faults.of(MembershipEvent.DISK_FORGOT) > 0 || !kind.equals(LostEntries.class.getSimpleName()))) {
        never.add(kind);
      }
    });
    expected.stream().filter(name -> !counts.containsKey(name) && !faults.statesLost().containsKey(name))
        .forEach(never::add);
    return never;
  }

  /** Medians, and sums of the faults. */
  public synchronized String summary() {
    if (seeds == 0) {
      return "no seed was run";
    }
    StringBuilder text = new StringBuilder();
    text.append(String.format("%d seeds, %d of them twice; %d count; %d findings%n", seeds, repeated, counting,
        findings.size()));
    text.append(String.format(
        "%.0f simulated seconds, %.0f a second (repetitions not counted); %.0f ms of CPU a seed, at the median %d%n",
        simulatedMillis.sum() / 1e3, rate(), cpuMicros.sum() / 1e3 / seeds, cpuMicros.median() / 1_000));
    text.append(String.format(
        "medians: %d operations, %d of unknown outcome, %d entries, %d faults, %d elections, %.0f simulated seconds, "
            + "%d ms from heal to a committed write, %d events%n",
        operations.median(), unknown.median(), committed.median(), caused.median(), leaderChanges.median(),
        simulatedMillis.median() / 1e3, electionMillis.median(), events.median()));
    text.append(String.format(
        "in all: %d operations, %d of unknown outcome, %d entries, %d faults, %d elections; histories given up: %d; "
            + "most ms from heal to a committed write: %d%n",
        operations.sum(), unknown.sum(), committed.sum(), caused.sum(), leaderChanges.sum(), gaveUp,
        electionMillis.max()));
    for (String line : notCounting.subList(0, Math.min(NAMED_MAX, notCounting.size()))) {
      text.append("does not count: ").append(line).append(System.lineSeparator());
    }
    for (FaultKind kind : FaultKind.values()) {
      text.append(kind).append(' ').append(faults.of(kind)).append("  ");
    }
    text.append(System.lineSeparator()).append(messages).append(System.lineSeparator());
    counts.forEach((name, count) -> text.append(name).append(' ').append(count).append("  "));
    return text.append(System.lineSeparator()).append(faults.steps()).append(System.lineSeparator())
        .append(faults.members()).toString();
  }
}
