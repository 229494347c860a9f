package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of a session, beside a history that is nearly the same and right. */
class SessionCheckerTest {
  enum Example {
    /** The second put took effect first, and found nothing. */
    REVERSED("order", """
        0 0 10 ok pipeline ["s",[["put",1],["put",2]]] [[5,2,1],[4,0,0]]
        1 20 30 ok read ["s"] 2
        """, "[[5,2,1],[4,0,0]]", "[[4,0,0],[5,1,1]]"),
    /** The version is right, and the value before is not the one that was put before. */
    WRONG_BEFORE("order", """
        0 0 10 ok pipeline ["s",[["put",1],["put",2]]] [[4,0,0],[5,0,1]]
        1 20 30 ok read ["s"] 2
        """, "[5,0,1]", "[5,1,1]"),
    APPLIED_TWICE("count", """
        0 0 10 ok pipeline ["s",[["put",1],["put",2]]] [[4,0,0],[6,1,2]]
        1 20 30 ok read ["s"] 2
        """, "[6,1,2]", "[6,1,1]"),
    UNKNOWN_APPLIED_TWICE("count", """
        0 0 10 unknown pipeline ["s",[["put",1]]] gave up
        1 11 20 ok pipeline ["s",[["put",2]]] [[6,1,2]]
        1 21 30 ok read ["s"] 2
        """, "[[6,1,2]]", "[[6,1,1]]"),
    REFUSED_APPLIED("count", """
        0 0 10 failed pipeline ["s",[["put",1]]] refused
        0 11 20 ok pipeline ["s",[["put",2]]] [[6,1,1]]
        1 21 30 ok read ["s"] 2
        """, "failed", "unknown"),
    LOST("count", """
        0 0 10 ok pipeline ["s",[["put",1],["put",2]]] [[4,0,0],[5,0,0]]
        1 20 30 ok read ["s"] 2
        """, "[5,0,0]", "[5,1,1]"),
    OWN_WRITE_MISSED("own write", """
        0 0 10 ok pipeline ["s",[["put",1],["get",1]]] [[4,0,0],0]
        1 20 30 ok read ["s"] 1
        """, ",[\"get\",1]", ",[\"get\",0]"),
    WENT_BACK("went back", """
        0 0 10 ok pipeline ["s",[["put",1]]] [[4,0,0]]
        0 11 20 ok pipeline ["s",[["get",0]]] [0]
        1 21 30 ok read ["s"] 1
        """, "0 11 20", "0 10 20"),
    STALE_FOR_ANOTHER("went back", """
        0 0 10 ok pipeline ["s",[["put",1]]] [[4,0,0]]
        1 11 20 ok read ["s"] 0
        1 21 30 ok read ["s"] 1
        """, "1 11 20", "1 10 20"),
    NEVER_PUT("phantom", """
        0 0 10 ok pipeline ["s",[["put",1]]] [[4,0,0]]
        1 0 10 ok read ["s"] 7
        1 21 30 ok read ["s"] 1
        """, "[\"s\"] 7", "[\"s\"] 1"),
    REFUSED_SEEN("phantom", """
        0 0 10 failed pipeline ["s",[["put",1]]] refused
        1 11 20 ok read ["s"] 1
        """, "failed", "unknown"),
    SEEN_BEFORE("phantom", """
        1 0 10 ok read ["s"] 1
        0 11 20 unknown pipeline ["s",[["put",1]]] gave up
        1 21 30 ok read ["s"] 1
        """, "0 11 20", "0 10 20"),
    PASSED_OVER("phantom", """
        0 0 10 unknown pipeline ["s",[["put",1]]] gave up
        1 11 20 ok read ["s"] 1
        1 11 20 ok pipeline ["s",[["put",2]]] [[6,0,0]]
        1 21 30 ok read ["s"] 2
        """, "[[6,0,0]]", "[[6,1,1]]");

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
    Histories.assertFound(SessionChecker::check, example.kind, example.history, example.bad, example.good);
  }

  @Test
  void withoutALastReadNothingIsSaidOfTheEnd() {
    assertThat(SessionChecker.check(Histories.parse("""
        0 0 10 ok pipeline ["s",[["put",1],["get",1]]] [[4,0,0],1]
        """)).undecided()).hasSize(1);
  }
}
