package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of a bank of three accounts with 10 each, beside a history that is nearly the same and right. */
class BankCheckerTest {
  /** A transfer of teller 1 may have taken effect, or not: then it has no tally. */
  private static final String END = """
      9 900 901 ok tallies [] [[0,1]]
      """;

  enum Example {
    MONEY_MADE("total", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 0 10 ok read ["range"] [1,[10,10,11]]
        1 20 30 ok read ["range"] [2,[5,15,10]]
        """, "[10,10,11]", "[10,10,10]"),
    /** The read took one account before and one after the transfer. */
    READ_SKEW("total", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 0 10 ok read ["range"] [2,[10,15,10]]
        1 20 30 ok read ["range"] [2,[5,15,10]]
        """, "[10,15,10]", "[5,15,10]"),
    BELOW_NOTHING("negative", """
        0 0 10 ok transfer [0,0,1,11] [11,-1,21,1,2]
        1 20 30 ok read ["range"] [2,[-1,21,10]]
        """, "[11,-1,21,1,2]\n1 20 30 ok read [\"range\"] [2,[-1,21,10]]",
        "[10,0,20,1,2]\n1 20 30 ok read [\"range\"] [2,[0,20,10]]"),
    ACCOUNT_GONE("accounts", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 0 10 ok read ["range"] [1,[10,10]]
        1 20 30 ok read ["range"] [2,[5,15,10]]
        """, "[10,10]", "[10,10,10]"),
    MORE_THAN_WANTED("amount", """
        0 0 10 ok transfer [0,0,1,4] [5,5,15,1,2]
        1 20 30 ok read ["range"] [2,[5,15,10]]
        """, "[0,0,1,4]", "[0,0,1,5]"),
    /** The total is right, and the transfer never happened. */
    LOST("balance", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 20 30 ok read ["range"] [3,[10,10,10]]
        """, "[10,10,10]", "[5,15,10]"),
    REFUSED_TOOK_EFFECT("balance", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 11 20 failed transfer [1,2,1,5] refused
        1 21 30 ok read ["range"] [3,[5,20,5]]
        """, "failed", "unknown"),
    UNKNOWN_MOVED_TOO_MUCH("balance", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 11 20 unknown transfer [1,2,1,5] gave up
        2 21 30 ok read ["range"] [3,[5,21,4]]
        """, "[5,21,4]", "[5,20,5]"),
    UNKNOWN_BEFORE_ITS_BEGIN("balance", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,3]
        2 0 10 ok read ["range"] [2,[10,15,5]]
        1 11 20 unknown transfer [1,2,1,5] gave up
        2 41 50 ok read ["range"] [3,[5,15,10]]
        """, "2 0 10 ok read [\"range\"] [2,[10,15,5]]", "2 0 10 ok read [\"range\"] [2,[10,10,10]]"),
    STALE_READ("went back", """
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        1 11 20 ok read ["transaction"] [1,[10,10,10]]
        1 21 30 ok read ["range"] [2,[5,15,10]]
        """, "1 11 20", "1 10 20");

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

  private static Judgement check(List<Operation> history) {
    return BankChecker.check(history, 3, 10);
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Example example) {
    Histories.assertFound(BankCheckerTest::check, example.kind, example.history + END, example.bad, example.good);
  }

  @Test
  void aTallyThatDoesNotCountATransferIsFound() {
    Histories.assertFound(BankCheckerTest::check, "tally", """
        0 0 10 ok transfer [0,0,1,1] [1,9,11,1,2]
        0 11 20 ok transfer [0,0,2,1] [1,8,11,2,3]
        1 30 40 ok read ["range"] [3,[8,11,11]]
        9 900 901 ok tallies [] [[0,1]]
        """, "[[0,1]]", "[[0,2]]");
  }

  @Test
  void twoTransfersAtOneRevisionAreFound() {
    Histories.assertFound(BankCheckerTest::check, "revision", """
        0 0 10 ok transfer [0,0,1,1] [1,9,11,1,2]
        1 0 10 ok transfer [1,2,1,1] [1,9,12,1,2]
        1 30 40 ok read ["range"] [3,[9,12,9]]
        9 900 901 ok tallies [] [[0,1],[1,1]]
        """, "[1,9,12,1,2]", "[1,9,12,1,3]");
  }

  @Test
  void withoutALastLookNothingIsSaidOfTheEnd() {
    assertThat(check(Histories.parse("""
        0 0 10 ok transfer [0,0,1,5] [5,5,15,1,2]
        """)).undecided()).hasSize(2);
  }
}
