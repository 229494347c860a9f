package io.balsa.jepsen.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Long histories are checked in seconds, by the time of the processor, which other processes do not lengthen. */
class LongHistoriesTest {
  private static final int PRINTED_FROM = 1000;
  private static final Duration LONG = Duration.ofMinutes(5);

  private static Report check(List<Operation> history, double secondsMost) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Report report = LinearizabilityChecker.check(new RegisterModel(), history, LONG);
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    if (report.operations() > PRINTED_FROM) {
      System.out.printf("%d operations, %d keys, %d configurations: %.2f s%n", report.operations(), report.parts(),
          report.configurations(), seconds);
    }
    assertThat(report.undecided()).isEmpty();
    assertThat(seconds).isLessThan(secondsMost);
    return report;
  }

  private static List<Operation> with(List<Operation> history, int victim, Object result) {
    List<Operation> changed = new ArrayList<>(history);
    Operation old = history.get(victim);
    changed.set(victim, new Operation(old.process(), old.node(), old.function(), old.argument(), result, old.invoked(),
        old.completed(), old.completion(), old.error()));
    return changed;
  }

  private static int lastAnsweredRead(List<Operation> history) {
    return IntStream.range(0, history.size()).filter(i -> history.get(i).function().equals("read")
        && history.get(i).completion() == Completion.OK).max().orElseThrow();
  }

  @Test
  void aHundredThousandOperations() {
    List<Operation> history = SingleCopy.history(1, 16, 100_000, 300, 5, true);
    assertThat(check(history, 5).isLinearizable()).isTrue();
    Report broken = check(with(history, lastAnsweredRead(history), 1L), 5);
    assertThat(broken.violations()).hasSize(1);
  }

  /** All of one key, and all its clients at the same time. */
  @Test
  void oneKey() {
    List<Operation> history = SingleCopy.history(2, 16, 20_000, 20_000, 5, true);
    assertThat(check(history, 10).isLinearizable()).isTrue();
  }

  /** Thirty unknown writes among three hundred operations; each may have explained a cas that did not match. */
  @Test
  void manyUnknownWritesOfOneKey() {
    for (int seed = 0; seed < 20; seed++) {
      List<Operation> history = crowded(seed);
      assertThat(check(history, 5).isLinearizable()).as("seed %d", seed).isTrue();
      int last = lastAnsweredRead(history);
      assertThat(check(with(history, last, 100_000L), 5).isViolated()).as("seed %d", seed).isTrue();
      assertThat(check(with(history, last, staleValue(history)), 5).isViolated()).as("seed %d", seed).isTrue();
    }
  }

  /** Where one answer in the middle was changed it may take the whole search to see it. */
  @Test
  void answersChangedAmongManyUnknown() {
    int violated = 0;
    int seeds = 40;
    for (int seed = 0; seed < seeds; seed++) {
      List<Operation> history = crowded(seed);
      int victim = IntStream.range(100, 300).filter(i -> history.get(i).function().equals("cas")).findFirst()
          .orElseThrow();
      boolean set = Boolean.TRUE.equals(history.get(victim).result());
      violated += check(with(history, victim, !set), 5).isViolated() ? 1 : 0;
    }
    assertThat(violated).isGreaterThan(seeds / 2);
  }

  private static Object staleValue(List<Operation> history) {
    return history.stream()
        .filter(operation -> operation.function().equals("write") && operation.completion() == Completion.OK)
        .map(operation -> ((List<?>) operation.argument()).get(1)).findFirst().orElseThrow();
  }

  /** 270 answered operations of 8 clients, one after the other on a single copy, and 30 writes that nobody answered. */
  private static List<Operation> crowded(int seed) {
    Random random = new Random(seed);
    List<Operation> history = new ArrayList<>();
    Long value = null;
    for (int i = 0; i < 300; i++) {
      long begin = i * 10L - random.nextInt(40);
      long end = i * 10L + random.nextInt(40);
      if (i % 10 == 5) {
        history.add(new Operation(1000 + i, "any", "write", List.of("x", (long) i), null, begin, end,
            Completion.UNKNOWN, null));
        if (random.nextInt(3) == 0) {
          value = (long) i;
        }
        continue;
      }
      int drawn = random.nextInt(4);
      Object result = null;
      List<Object> argument = List.of("x");
      if (drawn < 2 || (value == null && drawn == 3)) {
        result = value;
      } else if (drawn == 2) {
        argument = List.of("x", (long) i);
        value = (long) i;
      } else {
        long old = value - random.nextInt(2) * 10L;
        argument = List.of("x", old, (long) i);
        result = old == value;
        value = old == value ? (Long) (long) i : value;
      }
      String function = List.of("read", "write", "cas").get(argument.size() - 1);
      history.add(new Operation(i % 8, "any", function, argument, result, begin, end, Completion.OK, null));
    }
    return history;
  }

  /** A search that would take too long is given up, in time, and says so. */
  @Test
  void whatTakesTooLongIsUndecided() {
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      history.add(new Operation(i, "any", "cas", List.of("x", i % 7L, (i + 1) * 3L % 7L), i % 2 == 0, 0, 1000,
          Completion.OK, null));
    }
    history.add(new Operation(99, "any", "write", List.of("x", 0L), null, 0, 1000, Completion.OK, null));
    history.add(new Operation(99, "any", "read", List.of("x"), 6L, 2000, 3000, Completion.OK, null));
    long start = System.nanoTime();
    Report report = LinearizabilityChecker.check(new RegisterModel(), history, Duration.ofMillis(1));
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(20).toNanos());
    assertThat(report.undecided()).containsExactly("x");
    assertThat(report.isLinearizable()).isFalse();
    assertThat(report.isViolated()).isFalse();
  }
}
