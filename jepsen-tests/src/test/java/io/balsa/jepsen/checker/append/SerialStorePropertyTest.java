package io.balsa.jepsen.checker.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What a serial store does is never accused; what none can do always is. */
class SerialStorePropertyTest {
  @Property(tries = 500)
  void whatASerialStoreDoesIsClean(@ForAll long seed, @ForAll @IntRange(min = 1, max = 10) int processes,
      @ForAll @IntRange(min = 1, max = 150) int transactions) {
    Report report = ListAppendChecker.check(SerialStore.history(seed, processes, transactions));
    assertThat(report.findings()).isEmpty();
    Statistics.collect(Arrays.stream(Dependency.values()).allMatch(kind -> report.count(kind) > 0));
    Statistics.coverage(checker -> checker.check(true).percentage(percent -> percent > 60));
  }

  /** No shrinking: a smaller history need not have the read that was changed. */
  @Property(tries = 600, shrinking = ShrinkingMode.OFF)
  void everyCorruptionIsFound(@ForAll long seed, @ForAll Corruption corruption,
      @ForAll @IntRange(min = 2, max = 8) int processes) {
    Optional<History> corrupt = corruption.in(SerialStore.history(seed, processes, 80), new Random(seed));
    Assume.that(corrupt.isPresent());
    assertThat(ListAppendChecker.check(corrupt.orElseThrow()).findings()).isNotEmpty();
    Statistics.collect(corruption);
    Statistics.coverage(checker -> {
      for (Corruption each : Corruption.values()) {
        checker.check(each).count(count -> count >= 20);
      }
    });
  }

  /** An acknowledged transaction whose element another one read had not failed. */
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void aReadOfAFailedTransactionIsFound(@ForAll long seed) {
    List<RecordedTransaction> all = new ArrayList<>(SerialStore.history(seed, 5, 80).transactions());
    History history = new History(all);
    int victim = readWriter(history);
    Assume.that(victim >= 0);
    RecordedTransaction old = all.get(victim);
    all.set(victim, new RecordedTransaction(old.process(), old.invoked(), old.completed(), Completion.FAILED,
        old.operations()));
    assertThat(ListAppendChecker.check(new History(all)).findings()).extracting(Finding::anomaly)
        .containsAnyOf(Anomaly.ABORTED_READ, Anomaly.DIRTY_UPDATE);
  }

  /** An acknowledged transaction of which another one read something; -1: none. */
  private static int readWriter(History history) {
    Appends appends = new Appends(history);
    for (int t = 0; t < history.size(); t++) {
      for (MicroOperation operation : history.get(t).operations()) {
        if (history.get(t).completion() == Completion.OK && operation instanceof MicroOperation.Read read) {
          for (long element : Corruption.list(read)) {
            int writer = appends.writer(read.key(), element);
            if (writer != t && history.get(writer).completion() == Completion.OK) {
              return writer;
            }
          }
        }
      }
    }
    return -1;
  }
}
