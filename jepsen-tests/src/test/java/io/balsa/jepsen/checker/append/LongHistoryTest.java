package io.balsa.jepsen.checker.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand transactions are checked in seconds, by the time of the processor, which other processes do not
 * lengthen.
 */
class LongHistoryTest {
  private static final int TRANSACTIONS = 100_000;
  private static final double SECONDS_MOST = 10;

  private final History history = SerialStore.history(1, 10, TRANSACTIONS);

  private static Report check(History history, String what) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Report report = ListAppendChecker.check(history);
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    System.out.printf("%s: %.2f s; %s%n", what, seconds, report.counts());
    assertThat(seconds).as(what).isLessThan(SECONDS_MOST);
    return report;
  }

  @Test
  void aSerialOneIsClean() {
    assertThat(check(history, "clean").findings()).isEmpty();
  }

  /** A read of the beginning at the end puts nearly all transactions into one component. */
  @Test
  void aCycleAroundAllOfThemIsFound() {
    List<RecordedTransaction> all = new ArrayList<>(history.transactions());
    long end = all.stream().mapToLong(RecordedTransaction::completed).max().orElseThrow();
    all.add(new RecordedTransaction(0, end + 1, end + 2, Completion.OK, List.of(new Read("k0-0", List.of()))));
    Report report = check(new History(all), "one component");
    assertThat(report.findings()).filteredOn(finding -> finding.anomaly() != Anomaly.LOST_APPEND).singleElement()
        .satisfies(finding -> {
          assertThat(finding.anomaly()).isEqualTo(Anomaly.G_SINGLE_REALTIME);
          assertThat(finding.text().lines().filter(line -> line.contains(" before "))).hasSize(2);
        });
  }
}
