package io.balsa.jepsen.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What no register does is accused, and one that is nearly the same and that a register can do is not. */
class ExamplesTest {
  enum Example {
    STALE_READ("""
        0 0 10 ok: write x 1
        0 20 30 ok: write x 2
        1 40 50 ok: read x -> 1
        """, "1 40 50", "1 30 50"),
    LOST_WRITE("""
        0 0 10 ok: write x 1
        1 20 30 ok: read x -> nil
        """, "0 0 10 ok", "0 0 10 unknown"),
    OUT_OF_THIN_AIR("""
        0 0 10 ok: write x 1
        1 20 30 ok: read x -> 2
        """, "-> 2", "-> 1"),
    FROM_THE_FUTURE("""
        0 0 10 ok: read x -> 1
        1 20 30 ok: write x 1
        """, "1 20 30", "1 10 30"),
    FAILED_WRITE_THAT_IS_SEEN("""
        0 0 10 failed: write x 1
        1 20 30 ok: read x -> 1
        """, "failed", "unknown"),
    FAILED_CAS_THAT_IS_SEEN("""
        0 0 10 ok: write x 1
        1 20 30 failed: cas x 1 2
        0 40 50 ok: read x -> 2
        """, "failed", "unknown"),
    /** Both have set it, from the same value. */
    CAS_TWICE("""
        0 0 10 ok: write x 1
        1 20 30 ok: cas x 1 2 -> true
        2 20 30 ok: cas x 1 3 -> true
        """, "cas x 1 3 -> true", "cas x 1 3 -> false"),
    /** Sent again after it had been done and undone. */
    CAS_APPLIED_AGAIN("""
        0 0 10 ok: write x 1
        1 20 90 ok: cas x 1 2 -> true
        0 30 40 ok: read x -> 2
        0 50 60 ok: write x 1
        0 70 80 ok: read x -> 2
        """, "0 70 80 ok: read x -> 2", "0 70 80 ok: read x -> 1"),
    CAS_THAT_HAD_TO_MATCH("""
        0 0 10 ok: write x 1
        1 20 30 ok: cas x 1 2 -> false
        """, "-> false", "-> true"),
    CAS_THAT_COULD_NOT_MATCH("""
        0 0 10 ok: write x 1
        1 20 30 ok: cas x 3 2 -> true
        """, "-> true", "-> false"),
    CAS_OF_NOTHING("""
        1 20 30 ok: cas x nil 2 -> true
        1 40 50 ok: read x -> nil
        """, "read x -> nil", "read x -> 2"),
    /** It took effect, vanished and came back. */
    UNKNOWN_WRITE_THAT_COMES_BACK("""
        0 0 10 ok: write x 1
        1 20 30 unknown: write x 2
        2 40 50 ok: read x -> 2
        2 60 70 ok: read x -> 1
        2 80 90 ok: read x -> 2
        """, "2 80 90 ok: read x -> 2", "2 80 90 ok: read x -> 1\n0 50 55 unknown: write x 1"),
    UNKNOWN_WRITE_THAT_VANISHES("""
        0 0 10 ok: write x 1
        1 20 30 unknown: write x 2
        2 40 50 ok: read x -> 2
        2 60 70 ok: read x -> 1
        """, "2 60 70", "2 35 70"),
    UNKNOWN_WRITE_BEFORE_ITS_BEGIN("""
        2 0 10 ok: read x -> 2
        1 20 30 unknown: write x 2
        """, "2 0 10", "2 0 20"),
    UNKNOWN_WRITE_LONG_AFTER("""
        1 0 10 unknown: write x 2
        0 20 30 ok: write x 1
        2 40 50 ok: read x -> 1
        2 60 70 ok: read x -> 2
        2 80 90 ok: read x -> 1
        """, "2 80 90 ok: read x -> 1", "2 80 90 ok: read x -> 2"),
    UNKNOWN_CAS_WITHOUT_ITS_VALUE("""
        1 0 10 unknown: cas x 7 2
        0 20 30 ok: write x 1
        2 40 50 ok: read x -> 2
        """, "cas x 7 2", "cas x 1 2"),
    /** That it did not match is explained by a write that nobody saw, and it takes one. */
    ONLY_AN_UNSEEN_WRITE_EXPLAINS_IT("""
        0 0 10 ok: write x 1
        1 20 30 failed: write x 9
        2 40 50 ok: cas x 1 2 -> false
        """, "failed", "unknown"),
    /** Two mismatches with matches between, and one write that nobody saw for both. */
    ONE_UNSEEN_WRITE_IS_NOT_TWO("""
        0 0 10 ok: write x 1
        1 20 30 unknown: write x 9
        2 40 50 ok: cas x 1 2 -> false
        2 60 70 ok: write x 3
        2 80 90 ok: cas x 3 4 -> false
        """, "1 20 30 unknown: write x 9", "1 20 30 unknown: write x 9\n3 20 30 unknown: write x 8"),
    /** One client saw the new value, then another one the old. */
    BACK_IN_TIME_BETWEEN_CLIENTS("""
        0 0 10 ok: write x 1
        0 20 100 ok: write x 2
        1 30 40 ok: read x -> 2
        2 50 60 ok: read x -> 1
        """, "2 50 60", "2 40 60"),
    FLIP_FLOP("""
        0 0 10 ok: write x 1
        0 20 100 ok: write x 2
        1 30 40 ok: read x -> 1
        2 50 60 ok: read x -> 2
        1 70 80 ok: read x -> 1
        """, "1 70 80 ok: read x -> 1", "1 70 80 ok: read x -> 2");

    private final String history;
    private final String wrong;
    private final String right;

    Example(String history, String wrong, String right) {
      this.history = history;
      this.wrong = wrong;
      this.right = right;
    }
  }

  private static Report check(String history) {
    return LinearizabilityChecker.check(new RegisterModel(), Lines.operations(history), Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @EnumSource
  void isAccused(Example example) {
    Report report = check(example.history);
    assertThat(report.isViolated()).isTrue();
    assertThat(report.isLinearizable()).isFalse();
    assertThat(report.violations()).singleElement().satisfies(violation -> {
      assertThat(violation.part()).isEqualTo("x");
      assertThat(violation.reasons()).contains(violation.last());
    });
  }

  @ParameterizedTest
  @EnumSource
  void itsNeighbourIsNot(Example example) {
    assertThat(example.history).contains(example.wrong);
    assertThat(check(example.history.replace(example.wrong, example.right)).isLinearizable()).isTrue();
  }

  /** A key knows nothing of another one, and each is judged. */
  @Test
  void keysAreApart() {
    String fine = "0 0 10 ok: write x 1\n1 20 30 ok: read y -> nil\n2 40 50 ok: write y 2\n1 60 70 ok: read x -> 1\n";
    assertThat(check(fine)).isEqualTo(new Report(List.of(), List.of(), List.of(), 2, 4, 2));
    Report report = check(fine + "0 80 90 ok: read y -> nil\n0 80 90 ok: read z -> 5\n");
    assertThat(report.violations()).extracting(Violation::part).containsExactlyInAnyOrder("y", "z");
    assertThat(report.parts()).isEqualTo(3);
  }

  @Test
  void anEmptyHistoryIsLinearizable() {
    assertThat(check("").isLinearizable()).isTrue();
    assertThat(check("0 0 10 unknown: write x 1\n0 0 10 failed: read x").isLinearizable()).isTrue();
  }

  @Test
  void whatIsNoOperationOfARegisterIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> check("0 0 10 ok: append x 1"));
    assertThatIllegalArgumentException().isThrownBy(() -> check("0 0 10 ok: write x"));
  }

  /** Of many operations those are told that cannot be together, and where it stopped. */
  @Test
  void theReasonIsSmall() {
    List<Operation> history = Lines.operations("""
        0 0 10 ok: write x 1
        1 5 15 ok: write x 2
        2 20 30 ok: read x -> 2
        0 40 50 ok: cas x 2 3 -> true
        1 45 55 ok: read x -> 3
        2 60 90 ok: write x 4
        0 70 80 ok: read x -> 4
        1 100 110 ok: read x -> 3
        2 105 115 ok: read x -> 4
        0 120 130 ok: write x 5
        1 140 150 ok: read x -> 5
        """);
    Report report = LinearizabilityChecker.check(new RegisterModel(), history, Duration.ofMinutes(1));
    Violation violation = report.violations().getFirst();
    assertThat(violation.last()).isEqualTo(history.get(7));
    assertThat(violation.states()).containsExactly("4");
    assertThat(violation.reasons()).contains(history.get(3), history.get(7)).hasSizeLessThanOrEqualTo(4);
    assertThat(violation.meanwhile()).containsExactly(history.get(8));
    assertThat(violation.toString()).isEqualTo("""
        key x: no order of its 11 operations explains
            0.000000 .. 0.000000  process 1 at n1: read [x] -> 3
          All that ended before it can be explained, and then the state is 4.
          What cannot be together:
        """ + violation.reasons().stream().map(ExamplesTest::line).reduce("", String::concat)
        + "  Others at the same time:\n" + line(history.get(8)).stripTrailing());
  }

  private static String line(Operation operation) {
    return "    0.000000 .. 0.000000  process " + operation.process() + " at " + operation.node() + ": "
        + operation.function() + " " + operation.argument()
        + (operation.function().equals("write") ? ", ok" : " -> " + operation.result()) + "\n";
  }
}
