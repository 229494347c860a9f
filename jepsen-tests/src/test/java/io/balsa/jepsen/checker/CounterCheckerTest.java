package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of a counter, beside a history that is nearly the same and right. */
class CounterCheckerTest {
  enum Example {
    /** Both found 0: one of the two is lost. */
    LOST_UPDATE("overlap", """
        0 0 10 ok add ["a",2] 2
        1 0 10 ok add ["a",3] 3
        0 20 30 ok read ["a"] 3
        """, "3] 3\n0 20 30 ok read [\"a\"] 3", "3] 5\n0 20 30 ok read [\"a\"] 5"),
    SAME_SUM("overlap", """
        0 0 10 ok add ["a",1] 1
        1 0 10 ok add ["a",1] 1
        0 20 30 ok read ["a"] 1
        """, "1\n0 20 30 ok read [\"a\"] 1", "2\n0 20 30 ok read [\"a\"] 2"),
    LOST_AT_THE_END("went back", """
        0 0 10 ok add ["a",1] 1
        1 20 30 ok read ["a"] 0
        """, "[\"a\"] 0", "[\"a\"] 1"),
    STALE_READ("went back", """
        0 0 10 ok add ["a",1] 1
        1 11 12 ok read ["a"] 0
        1 20 30 ok read ["a"] 1
        """, "1 11 12", "1 10 12"),
    READ_BEFORE_A_READ("went back", """
        0 0 50 unknown add ["a",4] gave up
        1 10 20 ok read ["a"] 4
        2 21 30 ok read ["a"] 0
        1 60 70 ok read ["a"] 4
        """, "2 21 30", "2 20 30"),
    /** What was acknowledged later cannot have been seen before it began. */
    FROM_THE_FUTURE("went back", """
        1 0 10 ok read ["a"] 1
        0 11 20 ok add ["a",1] 1
        1 30 40 ok read ["a"] 1
        """, "0 11 20", "0 10 20"),
    APPLIED_TWICE("too high", """
        0 0 10 ok add ["a",1] 1
        1 20 30 ok read ["a"] 2
        """, "[\"a\"] 2", "[\"a\"] 1"),
    APPLIED_TWICE_BETWEEN("too high", """
        0 0 10 ok add ["a",1] 1
        0 11 20 ok add ["a",1] 3
        1 30 40 ok read ["a"] 3
        """, "3\n1 30 40 ok read [\"a\"] 3", "2\n1 30 40 ok read [\"a\"] 2"),
    FAILED_TOOK_EFFECT("too high", """
        0 0 10 failed add ["a",1] refused
        1 20 30 ok read ["a"] 1
        """, "failed", "unknown"),
    UNKNOWN_TOOK_EFFECT_TWICE("too high", """
        0 0 10 unknown add ["a",1] gave up
        1 20 30 ok read ["a"] 2
        """, "[\"a\"] 2", "[\"a\"] 1"),
    UNKNOWN_BEFORE_ITS_BEGIN("too high", """
        1 0 10 ok read ["a"] 1
        0 11 20 unknown add ["a",1] gave up
        1 30 40 ok read ["a"] 1
        """, "0 11 20", "0 9 20"),
    HALF_AN_ADD("inside an add", """
        0 0 50 ok add ["a",3] 3
        1 10 20 ok read ["a"] 1
        1 60 70 ok read ["a"] 3
        """, "[\"a\"] 1", "[\"a\"] 0"),
    BELOW_ALL("too low", """
        0 0 50 ok read ["a"] -1
        0 60 70 ok read ["a"] 0
        """, "-1", "0");

    private final String kind;
    private final String history;
    private final String bad;
    private final String good;

    Example(String kind, String history, String bad, String good) {
      this.kind = kind;
      this.history = history;
      this.bad = bad;
      this.good = good;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Example example) {
    Histories.assertFound(CounterChecker::check, example.kind, example.history, example.bad, example.good);
  }

  @Test
  void countersAreTheirOwn() {
    assertThat(CounterChecker.check(Histories.parse("""
        0 0 10 ok add ["a",1] 1
        0 11 20 ok add ["b",1] 1
        0 30 40 ok read ["a"] 1
        0 41 50 ok read ["b"] 1
        """))).matches(Judgement::isClean);
  }

  @Test
  void withoutALastReadNothingIsSaidOfTheEnd() {
    Judgement judgement = CounterChecker.check(Histories.parse("""
        0 0 10 ok add ["a",1] 1
        1 5 20 ok read ["a"] 1
        """));
    assertThat(judgement.wrong()).isEmpty();
    assertThat(judgement.undecided()).containsExactly("a was not read after the last add");
  }

  @Test
  void deltasThatDoNotGrowAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> CounterChecker.check(Histories.parse("""
        0 0 10 ok add ["a",0] 0
        """)));
  }
}
