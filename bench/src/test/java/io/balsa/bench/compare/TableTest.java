package io.balsa.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Medians, and what is held against what. */
class TableTest {
  private static Figures figures(double perSecond, double p50) {
    return new Figures(perSecond, p50, 2 * p50, 3 * p50, 10, 5, 1 << 20, 0);
  }

  @Test
  void theMedianOfEachFigureIsTakenByItself() {
    Figures median = Figures.median(List.of(figures(300, 1), figures(100, 3), figures(200, 2)));
    assertThat(median.perSecond()).isEqualTo(200);
    assertThat(median.p50Micros()).isEqualTo(2);
    assertThat(Figures.median(List.of(figures(300, 1), figures(100, 3))).perSecond()).isEqualTo(100);
  }

  @Test
  void othersAreHeldAgainstBalsa_sessionsAgainstTheirCalls() {
    String table = Table.of(List.of(Workload.PUT_1000, Workload.SESSION_PUT_1000), new Comparison.Result(
        Map.of(Subject.BALSA,
            Map.of(Workload.PUT_1000, figures(400, 10), Workload.SESSION_PUT_1000, figures(1000, 5)),
            Subject.ETCD, Map.of(Workload.PUT_1000, figures(100, 20))),
        Map.of(), Map.of(), 0, Map.of()));
    assertThat(table.lines()).contains(
        "| put-1000 | balsa | 400 | 10 | 20 | 30 | 10.0 | 5.0 | 1 | 0 |  |",
        "| put-1000 | etcd | 100 | 20 | 40 | 60 | 10.0 | 5.0 | 1 | 0 | 4.00 x ops/s, 0.50 x p50, 0.50 x p99, 1.00 x CPU |",
        "| session-put-1000 | balsa | 1,000 | 5 | 10 | 15 | 10.0 | 5.0 | 1 | 0 |  |",
        "| | | | | | | | | | | of etcd's put-1000: 10.00 x ops/s, 0.25 x p50, 0.25 x p99, 1.00 x CPU |");
  }

  @Test
  void gapsOfAllRoundsAreHeldAgainstBalsas() {
    Gaps balsa = gaps(100, 300, 200);
    Gaps etcd = gaps(1_000, 2_000, 400, 800);
    assertThat(Table.of(List.of(), new Comparison.Result(Map.of(), Map.of(), new EnumMap<>(Map.of(Subject.BALSA,
        balsa, Subject.ETCD, etcd)), 0, Map.of())).lines()).contains("| balsa | 3 | 200 | 300 | 300 |  |",
            "| etcd | 4 | 800 | 2,000 | 2,000 | 0.25 x p50 |");
  }

  @Test
  void theOpenLoopIsHeldAgainstBalsas() {
    assertThat(Table.of(List.of(), new Comparison.Result(Map.of(), Map.of(), Map.of(), 5_000,
        new EnumMap<>(Map.of(Subject.BALSA, figures(5_000, 10), Subject.ETCD, figures(5_000, 40))))).lines()).contains(
            "| balsa | 10 | 20 | 30 | 10.0 | 0 |  |",
            "| etcd | 40 | 80 | 120 | 10.0 | 0 | 0.25 x p50, 0.25 x p99, 0.25 x p99.9, 1.00 x CPU |");
  }

  @Test
  void whatWatchersLeaveIsToldAndWhetherTheyWereToldOfAll() {
    Watched balsa = new Watched(1_000, figures(9_000, 1), figures(6_000, 1), 70_000, 70_000, 70_000, 1.25);
    Watched etcd = new Watched(1_000, figures(4_000, 1), figures(1_000, 1), 9_000, 8_000, 9_000, -1);
    assertThat(Table.of(List.of(), new Comparison.Result(Map.of(), new EnumMap<>(Map.of(Subject.BALSA, balsa,
        Subject.ETCD, etcd)), Map.of(), 0, Map.of())).lines()).contains(
            "| balsa | 1,000 | 9,000 | 6,000 | 0.67 | 70,000 of 70,000 | yes | 1.3 |",
            "| etcd | 1,000 | 4,000 | 1,000 | 0.25 | 8,000 to 9,000 of 9,000 | no |  |");
  }

  @Test
  void oneRoundInWhichAWatcherWasToldTooLittleIsTheOneThatCounts() {
    Watched all = new Watched(10, figures(9_000, 1), figures(6_000, 1), 500, 500, 500, 1);
    Watched twice = new Watched(10, figures(9_000, 1), figures(3_000, 1), 400, 400, 401, 2);
    assertThat(all.complete()).isTrue();
    Watched median = Watched.median(List.of(all, twice, all));
    assertThat(median.complete()).isFalse();
    assertThat(median.with().perSecond()).isEqualTo(6_000);
    assertThat(median.secondsAfter()).isEqualTo(1);
  }

  private static Gaps gaps(long... millis) {
    Gaps gaps = new Gaps();
    for (long each : millis) {
      gaps.add(each * 1_000_000);
    }
    return gaps;
  }

  @Test
  void whoNamesNoWorkloadIsToldWhichThereAre() {
    assertThat(Workload.named("put-64")).isEqualTo(Workload.PUT_64);
    assertThatIllegalArgumentException().isThrownBy(() -> Workload.named("put-65"))
        .withMessageContaining("there is no workload 'put-65'; there are put-64, put-1000");
  }
}
