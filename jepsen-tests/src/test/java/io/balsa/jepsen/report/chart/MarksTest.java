package io.balsa.jepsen.report.chart;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.failed;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.ok;
import static io.balsa.jepsen.report.Histories.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.MadeUpRun;
import io.balsa.jepsen.report.chart.Marks.Mark;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which operations are drawn where, and as what. */
class MarksTest {
  private static final Verdict VALID = new Verdict(Verdict.State.VALID, List.of(), Map.of());

  private static Operation of(int process, String node, long invokedMillis, long completedMillis) {
    return new Operation(process, node, "read", null, null, ms(invokedMillis), ms(completedMillis), Completion.FAILED,
        null);
  }

  private static List<Lane> lanes(Operation... operations) {
    return List.of(new Lane("set", "n1", List.of(operations)));
  }

  @Test
  void theProcessesOfAClientAreOneLane() {
    List<Operation> history = List.of(of(0, "n1", 0, 10), of(1, "n1", 0, 20), of(0, "n1", 11, 30), of(2, "n1", 20, 40),
        of(3, "n1", 30, 35), of(4, "n0", 0, 5));
    List<Lane> lanes = Lane.of(List.of(new WorkloadResult("set", VALID, history, Set.of()),
        new WorkloadResult("bank", VALID, List.of(of(9, "n1", 0, 1)), Set.of())));
    assertThat(lanes).containsExactly(new Lane("set", "n0", List.of(history.get(5))),
        new Lane("set", "n1", List.of(history.get(0), history.get(2), history.get(4))),
        new Lane("set", "n1", List.of(history.get(1), history.get(3))),
        new Lane("bank", "n1", List.of(of(9, "n1", 0, 1))));
  }

  @Test
  void aRunHasAsManyLanesAsClients() {
    assertThat(Lane.of(MadeUpRun.of(7, VALID, List.of(), Map.of()).workloads())).hasSize(10).allSatisfy(lane -> {
      for (int i = 1; i < lane.operations().size(); i++) {
        assertThat(lane.operations().get(i).invoked()).isGreaterThanOrEqualTo(lane.operations().get(i - 1).completed());
      }
    });
  }

  @Test
  void whatIsLongOrApartIsAMarkOfItsOwn() {
    Marks marks = Marks.of(lanes(ok("a", 0, 10), ok("b", 11, 12), failed("c", 13, 14), ok("d", 15, 35), ok("e", 36, 37),
        unknown("f", 60, 61)), between(0, 100), ms(10), 10);
    assertThat(marks.marks()).extracting(mark -> mark.operations().stream().map(Operation::function).toList())
        .containsExactly(List.of("a", "b", "c"), List.of("d"), List.of("e"), List.of("f"));
    assertThat(marks.marks()).extracting(Mark::worst).containsExactly(Completion.FAILED, Completion.OK, Completion.OK,
        Completion.UNKNOWN);
    assertThat(marks.marks().getFirst().time()).isEqualTo(between(0, 14));
    assertThat(marks.operations()).isEqualTo(6);
    assertThat(marks.left()).isZero();
  }

  @Test
  void onlyWhatTouchesTheTimeIsDrawn() {
    Marks marks = Marks.of(lanes(ok("a", 0, 9), ok("b", 9, 11), ok("c", 15, 25), ok("d", 26, 27)), between(10, 20), 1,
        10);
    assertThat(marks.marks()).extracting(mark -> mark.operations().getFirst().function()).containsExactly("b", "c");
  }

  @Test
  void aMarkOfManyIsNoLongerThanTenGrains() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      operations.add(ok("a", i, i + 1));
    }
    Marks marks = Marks.of(List.of(new Lane("set", "n1", operations)), between(0, 1000), ms(10), 100);
    assertThat(marks.marks()).hasSize(10).allSatisfy(mark -> assertThat(mark.operations()).hasSize(100));
  }

  @Test
  void ofTooManyTheShortOnesThatEndedOkAreLeftOutAndCounted() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int at = 100_000 * i;
      operations.add(ok("short", at, at + 40_000));
      operations.add(i == 50 ? unknown("odd", at + 50_000, at + 90_001) : ok("long", at + 50_000, at + 90_001));
    }
    Marks marks = Marks.of(List.of(new Lane("set", "n1", operations)), between(0, 10_000_000), ms(10), 100);
    assertThat(marks.marks()).hasSize(100).noneMatch(mark -> mark.operations().getFirst().function().equals("short"));
    assertThat(marks.left()).isEqualTo(100);
    assertThat(marks.operations()).isEqualTo(200);
    Marks one = Marks.of(List.of(new Lane("set", "n1", operations)), between(0, 10_000_000), ms(10), 1);
    assertThat(one.marks()).extracting(Mark::worst).containsExactly(Completion.UNKNOWN);
  }
}
