package io.balsa.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.bench.load.LoadPlan.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked, how many at a time, and what is counted. */
class ClosedLoopTest {
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  /** Answers after a time, every third one with a failure if so wanted. */
  private final class Slow implements LoadClient {
    private final long micros;
    private final boolean fails;

    Slow(long micros, boolean fails) {
      this.micros = micros;
      this.fails = fails;
    }

    @Override
    public void put(String key, byte[] value, Answer answer) {
      keys.add(key);
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      boolean failure = asked.incrementAndGet() % 3 == 0 && fails;
      if (micros == 0) {
        end(answer, failure);
      } else {
        ScheduledFuture<?> unused = timer.schedule(() -> end(answer, failure), micros, TimeUnit.MICROSECONDS);
      }
    }

    private void end(Answer answer, boolean failure) {
      underWay.decrementAndGet();
      answer.ended(failure ? new IllegalStateException("no") : null);
    }

    @Override
    public void get(String key, Answer answer) {
      put(key, new byte[0], answer);
    }

    @Override
    public void close() {}
  }

  private static LoadPlan plan(int inFlight) {
    return new LoadPlan(Operation.PUT, inFlight, 10, 8, Duration.ofMillis(100), Duration.ofMillis(500));
  }

  private static LoadResult run(LoadPlan plan, LoadClient client, Runnable begin, Runnable end)
      throws InterruptedException {
    try (ClosedLoop loop = new ClosedLoop(plan, client)) {
      return loop.run(begin::run, end::run);
    }
  }

  @Test
  void asManyAreAskedAtOnceAsThePlanSays_andEachWaitsForItsAnswer() throws InterruptedException {
    LoadResult result = run(plan(8), new Slow(5000, false), () -> {
    }, () -> {
    });
    assertThat(most).hasValue(8);
    assertThat(underWay).hasValue(0);
    assertThat(keys).hasSize(10).allMatch(key -> key.matches("bench/0000000[0-9]"));
    assertThat(result.failures()).isZero();
    assertThat(result.micros(50)).isGreaterThanOrEqualTo(5000);
    // At most one each 5 ms and caller.
    assertThat(result.perSecond()).isPositive().isLessThanOrEqualTo(8 * 200);
    assertThat(result.latency().getTotalCount()).as("the warm-up does not count").isLessThan(asked.get());
  }

  /** Answers that come before the question has returned do not grow the stack. */
  @Test
  void answersMayComeAtOnce() throws InterruptedException {
    LoadResult result = run(plan(2), new Slow(0, false), () -> {
    }, () -> {
    });
    assertThat(result.latency().getTotalCount()).isGreaterThan(10_000);
  }

  @Test
  void failuresAreCountedApart_andTheCallerGoesOn() throws InterruptedException {
    LoadResult result = run(plan(4), new Slow(1000, true), () -> {
    }, () -> {
    });
    assertThat(result.failures()).isPositive();
    assertThat(result.latency().getTotalCount()).isGreaterThan(result.failures());
  }

  @Test
  void theEdgesOfTheWindowAreTold() throws InterruptedException {
    List<Long> edges = new CopyOnWriteArrayList<>();
    long before = System.nanoTime();
    run(plan(1), new Slow(1000, false), () -> edges.add(System.nanoTime()), () -> edges.add(System.nanoTime()));
    assertThat(edges).hasSize(2);
    assertThat(edges.get(0) - before).isGreaterThanOrEqualTo(100_000_000);
    assertThat(edges.get(1) - edges.get(0)).isGreaterThanOrEqualTo(400_000_000);
  }
}
