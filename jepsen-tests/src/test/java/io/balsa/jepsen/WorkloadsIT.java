package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.routing.ReadBalance;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.torture.workload.TortureClient;
import io.balsa.jepsen.torture.workload.Verdict;
import io.balsa.jepsen.torture.workload.Workload;
import io.balsa.jepsen.torture.workload.Workloads;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every workload for some seconds on a cluster that nobody troubles, all at the same time, for they have nothing to do with each other:
 * it does enough, and what it says of that is that it is right.
 */
@Timeout(300)
class WorkloadsIT {
  private static final int CLIENTS = 3;
  private static final Duration STEPPED = Duration.ofSeconds(10);
  /** On a machine that has much else to do. */
  private static final Duration STEPPED_MOST = Duration.ofMinutes(2);
  private static final Duration BETWEEN_STEPS = Duration.ofMillis(25);
  private static final long OK_LEAST = 300;

  private static RealCluster cluster;

  @BeforeAll
  static void start(@TempDir Path directory) {
    cluster = RealCluster.start(directory, 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void allAreValidWithoutFaults() throws Exception {
    List<Workload> all = Workloads.all();
    ExecutorService runs = Executors.newFixedThreadPool(all.size());
    try {
      List<Callable<Void>> tasks = all.stream().<Callable<Void>>map(workload -> () -> isValid(workload)).toList();
      for (Future<Void> run : runs.invokeAll(tasks)) {
        run.get();
      }
      writeOnlyUnderTheirOwnKeys(all);
    } finally {
      runs.shutdownNow();
    }
  }

  /** The store may be somebody's. */
  private static void writeOnlyUnderTheirOwnKeys(List<Workload> all) {
    try (BalsaClient client = cluster.client().build()) {
      assertThat(client.kv().range(KeyRange.all(), RangeOption.keysOnly()).stream().map(KeyValue::keyUtf8))
          .isNotEmpty().allMatch(key -> all.stream().anyMatch(workload -> key.startsWith(workload.keys())));
    }
  }

  private static Void isValid(Workload workload) throws Exception {
    String name = workload.name();
    Recorder recorder = new Recorder();
    AtomicInteger processes = new AtomicInteger();
    List<BalsaClient> clients = IntStream.range(0, CLIENTS).mapToObj(
        i -> cluster.client().readBalance(i % 2 == 0 ? ReadBalance.LEADER : ReadBalance.ROUND_ROBIN).build()).toList();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      workload.prepare(clients.get(0));
      long begin = System.nanoTime();
      List<Future<?>> stepped = new ArrayList<>();
      for (int number = 0; number < CLIENTS; number++) {
        TortureClient client = new TortureClient(number, "any", clients.get(number), new Random(number), recorder,
            processes::getAndIncrement);
        stepped.add(threads.submit(() -> {
          while (goesOn(System.nanoTime() - begin, recorder)) {
            workload.step(client);
            LockSupport.parkNanos(BETWEEN_STEPS.toNanos());
          }
          return null;
        }));
      }
      for (Future<?> each : stepped) {
        each.get();
      }
      workload.finish(new TortureClient(CLIENTS, "any", clients.get(0), new Random(CLIENTS), recorder,
          processes::getAndIncrement));
    } finally {
      threads.shutdownNow();
      clients.forEach(BalsaClient::close);
    }
    Verdict verdict = workload.check(recorder.operations(), Duration.ofMinutes(1));
    System.out.println("WorkloadsIT: " + name + ": ok " + recorder.count(Completion.OK) + ", failed "
        + recorder.count(Completion.FAILED) + ", unknown " + recorder.count(Completion.UNKNOWN) + "; " + verdict);
    assertThat(verdict.findings()).as(name).isEmpty();
    assertThat(verdict.state()).as(name).isEqualTo(Verdict.State.VALID);
    assertThat(recorder.operations()).as("what %s is said to change with, for its write gaps", name)
        .extracting(Operation::function).containsAnyElementsOf(workload.mutations());
    assertThat(recorder.count(Completion.OK)).as(name).isGreaterThanOrEqualTo(OK_LEAST);
    assertThat(recorder.count(Completion.UNKNOWN)).as(name).isLessThan(OK_LEAST / 10);
    return null;
  }

  private static boolean goesOn(long nanos, Recorder recorder) {
    return nanos < STEPPED.toNanos()
        || (nanos < STEPPED_MOST.toNanos() && recorder.count(Completion.OK) < OK_LEAST);
  }
}
