package io.balsa.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.cli.Console;
import io.balsa.cli.TestConsole;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The load generator against a store that answers as it is told: it must not flatter what it measures. */
class LoadRunTest {
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Console console = TestConsole.silent();

  @AfterEach
  void stopTheClock() {
    clock.shutdownNow();
  }

  private LoadReport run(LoadPlan plan, LoadClient client) throws InterruptedException {
    try (LoadRun run = new LoadRun(plan, List.of(client), Throwable::getMessage)) {
      return run.run(new LoadProgress(console));
    }
  }

  private static LoadPlan plan(LoadPlan.Operation operation, int inFlight, double rate) {
    return new LoadPlan(operation, inFlight, 16, 10, Duration.ofMillis(50), Duration.ofMillis(400), rate);
  }

  @Test
  void neverMoreAreInFlightThanAskedFor() throws InterruptedException {
    Answering client = new Answering(Duration.ofMillis(5));
    // The first operation of a JVM loads classes: on a busy machine that took longer than a window of 0.4 s, and no other one began.
    LoadPlan longer = new LoadPlan(LoadPlan.Operation.PUT, 7, 16, 10, Duration.ofMillis(50), Duration.ofSeconds(3), 0);
    LoadReport report = run(longer, client);
    assertThat(client.mostInFlight.get()).isEqualTo(7);
    assertThat(report.errorCount()).isZero();
    assertThat(report.operations()).isBetween(7L, 7L * 3_000 / 5);
    assertThat(report.percentileMicros(50)).isGreaterThanOrEqualTo(5000);
  }

  @Test
  void anAnswerThatIsThereAtOnceDoesNotGrowTheStack() throws InterruptedException {
    LoadReport report = run(plan(LoadPlan.Operation.INCR, 2, 0), new Answering(Duration.ZERO));
    assertThat(report.operations()).isGreaterThan(10_000);
  }

  /** Coordinated omission: what falls due during a stall waits from then on, though it could not be sent. */
  @Test
  void aStallIsSeenByEveryOperationThatFellDueInIt() throws InterruptedException {
    Answering client = new Answering(Duration.ofMillis(1));
    client.stall = CompletableFuture.supplyAsync(() -> null,
        CompletableFuture.delayedExecutor(350, TimeUnit.MILLISECONDS));
    LoadReport report = run(plan(LoadPlan.Operation.PUT, 4, 200), client);
    assertThat(report.operations()).as("200 a second for 0.4 s").isBetween(79L, 81L);
    // Due from 50 ms on, answered from 350 ms on: half of what fell due waited for more than 100 ms.
    assertThat(report.percentileMicros(50)).isGreaterThan(100_000);
    assertThat(report.maxMicros()).isGreaterThan(250_000);
  }

  @Test
  void failuresAndMissesAreErrorsByReason() throws InterruptedException {
    Answering failing = new Answering(Duration.ofMillis(1));
    failing.failure = new IllegalStateException("OVERLOADED");
    LoadReport refused = run(plan(LoadPlan.Operation.PUT, 2, 0), failing);
    assertThat(refused.operations()).isZero();
    assertThat(refused.errors()).containsOnlyKeys("OVERLOADED");
    assertThat(refused.meanMicros()).isZero();

    LoadReport missed = run(plan(LoadPlan.Operation.GET, 2, 0), new Answering(Duration.ofMillis(1)));
    assertThat(missed.operations()).isZero();
    assertThat(missed.errors()).containsOnlyKeys("MISS");
  }

  @Test
  void keysAreLoadedOnceEach() throws InterruptedException {
    Answering client = new Answering(Duration.ZERO);
    try (LoadRun run = new LoadRun(plan(LoadPlan.Operation.GET, 3, 0), List.of(client), Throwable::getMessage)) {
      run.loadKeys(new LoadProgress(console));
      assertThat(client.stored).hasSize(10);
      assertThat(run.run(new LoadProgress(console)).errorCount()).isZero();
      client.failure = new IllegalStateException("NO_LEADER");
      assertThatThrownBy(() -> run.loadKeys(new LoadProgress(console))).hasMessageContaining("NO_LEADER");
    }
  }

  @Test
  void howManyKeysAreLoadedIsToldWhileItGoesOn() throws InterruptedException {
    Answering client = new Answering(Duration.ofMillis(1));
    CompletableFuture<Void> told = new CompletableFuture<>();
    client.stall = told;
    ByteArrayOutputStream notes = new ByteArrayOutputStream() {
      @Override
      public synchronized void write(byte[] bytes, int from, int length) {
        super.write(bytes, from, length);
        if (toString(StandardCharsets.UTF_8).contains("loading keys: 0 of 10  0/s")) {
          told.complete(null);
        }
      }
    };
    try (LoadRun run = new LoadRun(plan(LoadPlan.Operation.GET, 3, 0), List.of(client), Throwable::getMessage)) {
      run.loadKeys(new LoadProgress(TestConsole.terminal(notes)));
    }
    assertThat(told).as("nothing is loaded before it was told").isCompleted();
    assertThat(client.stored).hasSize(10);
    assertThat(notes.toString(StandardCharsets.UTF_8)).as("the line is gone").endsWith("\r\033[K");
  }

  /** Answers after a while. */
  private final class Answering implements LoadClient {
    private final Duration after;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final Set<String> stored = new ConcurrentSkipListSet<>();
    private volatile CompletableFuture<?> stall = CompletableFuture.completedFuture(null);
    private volatile RuntimeException failure;

    Answering(Duration after) {
      this.after = after;
    }

    private <T> CompletionStage<T> answer(T value) {
      mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      CompletableFuture<T> answer = new CompletableFuture<>();
      if (after.isZero()) {
        settle(answer, value);
      } else {
        CompletionStage<?> waiting = stall;
        waiting.whenComplete((done, failed) -> {
          ScheduledFuture<?> unused = clock.schedule(() -> settle(answer, value), after.toMillis(),
              TimeUnit.MILLISECONDS);
        });
      }
      return answer;
    }

    private <T> void settle(CompletableFuture<T> answer, T value) {
      inFlight.decrementAndGet();
      if (failure == null) {
        answer.complete(value);
      } else {
        answer.completeExceptionally(failure);
      }
    }

    @Override
    public CompletionStage<?> put(byte[] key, byte[] value) {
      assertThat(value).hasSize(16);
      stored.add(new String(key, StandardCharsets.US_ASCII));
      return answer(true);
    }

    @Override
    public CompletionStage<Boolean> get(byte[] key) {
      return answer(stored.contains(new String(key, StandardCharsets.US_ASCII)));
    }

    @Override
    public CompletionStage<?> incr(byte[] key) {
      return answer(1L);
    }

    @Override
    public void close() {}
  }
}
