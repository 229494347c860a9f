package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of a set, beside a history that is nearly the same and right. */
class SetCheckerTest {
  enum Example {
    LOST("lost", """
        0 0 10 ok add ["s",1] 2
        1 20 30 ok read ["s"] []
        """, "[]", "[1]"),
    /** Seen once, and the add's own client never knew. */
    UNKNOWN_IS_LOST("lost", """
        0 0 10 unknown add ["s",1] gave up
        1 20 30 ok read ["s"] [1]
        1 31 40 ok read ["s"] []
        """, "[]", "[1]"),
    STALE("stale", """
        0 0 10 ok add ["s",1] 2
        1 11 20 ok read ["s"] []
        1 30 40 ok read ["s"] [1]
        """, "1 11 20", "1 10 20"),
    RESURRECTED("resurrected", """
        0 0 10 ok add ["s",1] 2
        1 20 30 ok read ["s"] [1]
        1 31 40 ok read ["s"] []
        1 41 50 ok read ["s"] [1]
        """, "[]", "[1]"),
    NEVER_ADDED("phantom", """
        0 0 10 ok add ["s",1] 2
        1 20 30 ok read ["s"] [1,2]
        """, "[1,2]", "[1]"),
    REFUSED("phantom", """
        0 0 10 failed add ["s",1] refused
        1 20 30 ok read ["s"] [1]
        """, "failed", "unknown"),
    OF_ANOTHER_SET("phantom", """
        0 0 10 ok add ["t",1] 2
        0 11 20 ok add ["s",2] 3
        1 30 40 ok read ["s"] [1,2]
        1 41 50 ok read ["t"] [1]
        """, "[1,2]", "[2]"),
    BEFORE_ITS_ADD("phantom", """
        1 0 10 ok read ["s"] [1]
        0 11 20 ok add ["s",1] 2
        1 30 40 ok read ["s"] [1]
        """, "0 11 20", "0 10 20"),
    STORED_TWICE("repeated", """
        0 0 10 ok add ["s",1] 2
        1 20 30 ok read ["s"] [1,1]
        """, "[1,1]", "[1]"),
    /** All overlap, so neither is late; but one of the reads was first. */
    TWO_ORDERS("fork", """
        0 0 50 ok add ["s",1] 2
        1 0 50 ok add ["s",2] 3
        2 0 50 ok read ["s"] [1]
        3 0 50 ok read ["s"] [2]
        2 60 70 ok read ["s"] [1,2]
        """, "3 0 50 ok read [\"s\"] [2]", "3 0 50 ok read [\"s\"] [1,2]"),
    /** The read saw the later one of two adds. */
    GAP("stale", """
        0 0 10 ok add ["s",1] 2
        0 11 20 ok add ["s",2] 3
        2 0 50 ok read ["s"] [2]
        2 60 70 ok read ["s"] [1,2]
        """, "[2]", "[1]");

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
    Histories.assertFound(SetChecker::check, example.kind, example.history, example.bad, example.good);
  }

  @Test
  void withoutALastReadNothingIsSaidOfTheEnd() {
    assertThat(SetChecker.check(Histories.parse("""
        1 0 5 ok read ["s"] []
        0 0 10 ok add ["s",1] 2
        """)).undecided()).containsExactly("s was not read after the last add");
  }

  @Test
  void whatShowsEverywhereIsToldAFewTimesAndCounted() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      text.append("0 ").append(i * 10).append(' ').append(i * 10 + 5).append(" ok add [\"s\",").append(i)
          .append("] 1\n");
    }
    assertThat(SetChecker.check(Histories.parse(text + "1 300 301 ok read [\"s\"] []\n")).wrong()).hasSize(9)
        .last().isEqualTo("lost: 12 more");
  }
}
