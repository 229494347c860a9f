package io.balsa.bench.compare;

import io.balsa.bench.load.ClosedLoop;
import io.balsa.bench.load.LoadClient;
import io.balsa.bench.load.LoadPlan;
import io.balsa.bench.load.LoadResult;
import io.balsa.bench.load.OpenLoop;
import io.balsa.bench.load.WriteProbe;
import io.balsa.bench.store.Store;
import io.balsa.bench.store.Store.Api;
import io.balsa.bench.store.Watchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rounds in which one store after the other is started, filled, warmed and measured, so that whatever the machine does meanwhile hits all
 * alike; only one store runs at a time.
 */
final class Comparison {
  private static final int LOADED_AT_ONCE = 256;
  /** Some seconds of a probe's. */
  private static final int SETTLED_WRITES = 400;
  private static final Duration SETTLED_MOST = Duration.ofSeconds(60);
  /** What is written while watchers are told of it. */
  private static final Workload WATCHED = Workload.PUT_64;
  private static final Duration BEGUN_MOST = Duration.ofSeconds(60);
  private static final Duration TOLD_MOST = Duration.ofMinutes(5);
  /** What is told twice, or was never asked for, comes within it. */
  private static final long LATER_EVENTS_SECONDS = 1;

  /**
   * What is to be done.
   *
   * @param warmup before each window, by the load that is measured then; of servers and of the client
   * @param measured length of each window
   * @param watchers of all keys, in a part of each round; 0: there is none
   * @param kills of the leader, in each round
   * @param openRate puts a second of the open loop; 0: there is none; null: as many as etcd took of {@link Workload#PUT_1000}
   */
  record Plan(List<Subject> subjects, List<Workload> workloads, int rounds, int keys, int valueBytes, Duration warmup,
      Duration measured, int watchers, int kills, @Nullable Integer openRate) {}

  /**
   * What came of it.
   *
   * @param figures the medians of all rounds
   * @param watched what watchers leave of it, as the medians of all rounds
   * @param gaps of all rounds together
   * @param openRate puts a second of the open loop; 0: there was none
   * @param open     the medians of the open loop
   */
  record Result(Map<Subject, Map<Workload, Figures>> figures, Map<Subject, Watched> watched, Map<Subject, Gaps> gaps,
      int openRate, Map<Subject, Figures> open) {}

  private final Plan plan;
  private final Path directory;
  private final Map<Subject, Map<Workload, List<Figures>>> figures = new EnumMap<>(Subject.class);
  private final Map<Subject, List<Watched>> watched = new EnumMap<>(Subject.class);
  private final Map<Subject, Gaps> gaps = new EnumMap<>(Subject.class);

  /** @param directory of the stores' data and logs */
  Comparison(Plan plan, Path directory) {
    this.plan = plan;
    this.directory = directory;
  }

  Result run() throws InterruptedException, IOException {
    if (!plan.workloads.isEmpty() || plan.watchers > 0 || plan.kills > 0) {
      rounds("", (subject, store) -> {
        fill(store);
        turn(subject, store);
        watch(subject, store);
        kill(subject, store);
      });
    }
    Map<Subject, Map<Workload, Figures>> medians = new EnumMap<>(Subject.class);
    figures.forEach((subject, ofSubject) -> ofSubject.forEach((workload, rounds) -> medians
        .computeIfAbsent(subject, added -> new EnumMap<>(Workload.class)).put(workload, Figures.median(rounds))));
    Map<Subject, Watched> watchedMedians = new EnumMap<>(Subject.class);
    watched.forEach((subject, rounds) -> watchedMedians.put(subject, Watched.median(rounds)));
    int openRate = openRate(medians);
    Map<Subject, List<Figures>> open = new EnumMap<>(Subject.class);
    if (openRate > 0) {
      rounds("open loop, ", (subject, store) -> {
        fill(store);
        open.computeIfAbsent(subject, added -> new ArrayList<>()).add(openLoop(openRate, store));
      });
    }
    Map<Subject, Figures> openMedians = new EnumMap<>(Subject.class);
    open.forEach((subject, rounds) -> openMedians.put(subject, Figures.median(rounds)));
    return new Result(medians, watchedMedians, gaps, openRate, openMedians);
  }

  private int openRate(Map<Subject, Map<Workload, Figures>> medians) {
    return plan.openRate != null ? plan.openRate
        : Table.of(medians, Subject.ETCD, Workload.PUT_1000).map(its -> (int) its.perSecond()).orElse(0);
  }

  private interface Turn {
    void of(Subject subject, Store store) throws InterruptedException;
  }

  private void rounds(String what, Turn turn) throws InterruptedException, IOException {
    for (int round = 1; round <= plan.rounds; round++) {
      for (Subject subject : plan.subjects) {
        Path data = Files.createDirectories(directory.resolve(subject + "-" + round));
        say(what + "round " + round + " of " + plan.rounds + ", " + subject + ": starting");
        try (Store store = subject.start(data)) {
          turn.of(subject, store);
        }
        deleteData(data);
      }
    }
  }

  /** Gigabytes that nobody needs any more; what the nodes said stays. */
  private static void deleteData(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        boolean within = directory.relativize(file).getNameCount() > 1;
        if (within || (Files.isDirectory(file) && !file.equals(directory))) {
          Files.delete(file);
        }
      }
    }
  }

  private void fill(Store store) throws InterruptedException {
    try (LoadClient client = store.connect(Api.UNARY)) {
      say("  loading " + plan.keys + " keys");
      load(client);
    }
  }

  private void turn(Subject subject, Store store) throws InterruptedException {
    for (Workload workload : plan.workloads) {
      if (workload.isFor(subject)) {
        try (LoadClient client = store.connect(workload.api())) {
          sayWarming();
          Figures measured = measure(workload, client, store);
          figures.computeIfAbsent(subject, added -> new EnumMap<>(Workload.class))
              .computeIfAbsent(workload, added -> new ArrayList<>()).add(measured);
          say(String.format(Locale.ROOT, "  %-18s %,9.0f/s  p50 %,8.0f us  p99 %,8.0f us", workload,
              measured.perSecond(), measured.p50Micros(), measured.p99Micros()));
        }
      }
    }
  }

  private Figures openLoop(int perSecond, Store store) throws InterruptedException {
    try (LoadClient client = store.connect(Api.UNARY)) {
      sayWarming();
      CpuWatch cpu = new CpuWatch(store);
      LoadResult result = new OpenLoop(perSecond, plan.keys, plan.valueBytes, plan.warmup, plan.measured, client)
          .run(cpu::begin, cpu::end);
      Figures measured = cpu.figures(result);
      say(String.format(Locale.ROOT, "  %,d puts/s  p50 %,.0f us  p99 %,.0f us  p99.9 %,.0f us", perSecond,
          measured.p50Micros(), measured.p99Micros(), measured.p999Micros()));
      return measured;
    }
  }

  /** First alone, so that what watchers cost is seen in one and the same warm store. */
  private void watch(Subject subject, Store store) throws InterruptedException {
    if (plan.watchers == 0) {
      return;
    }
    Optional<Watchers> there = store.watchers(plan.watchers, LoadPlan.PREFIX);
    if (there.isEmpty()) {
      say("  its watchers are told no values: left out");
      return;
    }
    try (Watchers watchers = there.get(); LoadClient client = store.connect(WATCHED.api())) {
      sayWarming();
      Figures without = measure(WATCHED, client, store);
      if (!watchers.begin(BEGUN_MOST)) {
        throw new IllegalStateException("not all watches began in " + BEGUN_MOST.toSeconds() + " s",
            watchers.failure());
      }
      say("  " + plan.watchers + " watchers: warming for " + plan.warmup.toSeconds() + " s, measuring for "
          + plan.measured.toSeconds() + " s");
      CountedClient counted = new CountedClient(client);
      Figures with = measure(WATCHED, counted, store);
      long answered = System.nanoTime();
      boolean all = watchers.awaitEvents(counted.puts(), TOLD_MOST);
      double after = (System.nanoTime() - answered) / 1e9;
      TimeUnit.SECONDS.sleep(LATER_EVENTS_SECONDS);
      Optional.ofNullable(watchers.failure()).ifPresent(failure -> say("  a watch ended: " + failure));
      Watched measured = new Watched(plan.watchers, without, with, counted.puts(), watchers.fewest(), watchers.most(),
          all ? after : -1);
      watched.computeIfAbsent(subject, added -> new ArrayList<>()).add(measured);
      say(String.format(Locale.ROOT, "  %,d watchers: %,.0f puts/s in place of %,.0f; told of %s", plan.watchers,
          with.perSecond(), without.perSecond(),
          measured.complete() ? String.format(Locale.ROOT, "all %.1f s later", after) : "too few, or too many"));
    }
  }

  /** Writes go on meanwhile, to all nodes; each time all nodes run again before the next. */
  private void kill(Subject subject, Store store) throws InterruptedException {
    boolean failsOver = store.pids().size() > 1;
    for (int kill = 1; failsOver && kill <= plan.kills; kill++) {
      Gaps its = gaps.computeIfAbsent(subject, added -> new Gaps());
      List<LoadClient> nodes = store.connectEach();
      try (WriteProbe probe = new WriteProbe(nodes)) {
        probe.awaitMore(SETTLED_WRITES, SETTLED_MOST);
        probe.forgetGaps();
        store.killLeader();
        probe.awaitMore(SETTLED_WRITES, SETTLED_MOST);
        its.add(probe.longestGapNanos());
        store.restartKilled();
      } finally {
        nodes.forEach(LoadClient::close);
      }
      say(String.format(Locale.ROOT, "  kill %d of %d of the leader: no write for %,.0f ms at most", kill, plan.kills,
          its.lastMillis()));
    }
  }

  private void sayWarming() {
    say("  warming for " + plan.warmup.toSeconds() + " s, measuring for " + plan.measured.toSeconds() + " s");
  }

  private Figures measure(Workload workload, LoadClient client, Store store) throws InterruptedException {
    LoadPlan load = new LoadPlan(workload.operation(), workload.inFlight(), workload.keys(plan.keys), plan.valueBytes,
        plan.warmup, plan.measured);
    try (ClosedLoop loop = new ClosedLoop(load, client)) {
      CpuWatch cpu = new CpuWatch(store);
      return cpu.figures(loop.run(cpu::begin, cpu::end));
    }
  }

  /** Every key once, so that gets find it. */
  private void load(LoadClient client) throws InterruptedException {
    Semaphore room = new Semaphore(LOADED_AT_ONCE);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    byte[] value = new byte[plan.valueBytes];
    for (int number = 0; number < plan.keys && failed.get() == null; number++) {
      room.acquire();
      client.put(LoadPlan.key(number), value, failure -> {
        if (failure != null) {
          failed.compareAndSet(null, failure);
        }
        room.release();
      });
    }
    room.acquire(LOADED_AT_ONCE);
    Throwable failure = failed.get();
    if (failure != null) {
      throw new IllegalStateException("the keys cannot be loaded", failure);
    }
  }

  private static void say(String what) {
    System.err.println(what);
  }
}
