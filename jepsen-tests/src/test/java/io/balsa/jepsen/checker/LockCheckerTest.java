package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of locks, beside a history that is nearly the same and right. */
class LockCheckerTest {
  enum Example {
    /** The first owner was told at 50 that it held the lock, which the second one had by 30. */
    TWO_HOLDERS_AS_TOLD("two holders", """
        0 0 10 ok acquire ["l"] [1,7,1]
        1 20 30 ok acquire ["l"] [2,8,1]
        0 50 60 ok release ["l",1,50] 1
        1 31 70 ok release ["l",2,31] 2
        """, "[\"l\",1,50]", "[\"l\",1,29]"),
    /** The first owner's write was accepted when the second one had the lock. */
    TWO_HOLDERS_AS_WRITTEN("two holders", """
        0 0 10 ok acquire ["l"] [1,7,1]
        1 20 30 ok acquire ["l"] [2,8,1]
        0 40 50 ok write ["l",1] 5
        1 60 70 ok write ["l",2] 6
        """, "0 40 50", "0 25 50"),
    SAME_TOKEN("token", """
        0 0 10 ok acquire ["l"] [1,7,1]
        1 0 10 ok acquire ["m"] [1,8,1]
        """, "[1,8,1]", "[2,8,1]"),
    /** Tokens grow over all locks. */
    LOWER_TOKEN("token", """
        0 0 10 ok acquire ["l"] [2,7,1]
        1 11 20 ok acquire ["m"] [1,8,1]
        """, "1 11 20", "1 10 20"),
    STALE_WRITE("stale write", """
        0 0 10 ok acquire ["l"] [1,7,1]
        1 0 20 ok acquire ["l"] [2,8,1]
        1 21 60 ok write ["l",2] 5
        0 11 60 ok write ["l",1] 6
        """, "[\"l\",1] 6", "[\"l\",1] 4"),
    WRITE_AFTER_RELEASE("stale write", """
        0 0 10 ok acquire ["l"] [1,7,1]
        0 11 20 ok release ["l",1,11] 1
        0 21 30 ok write ["l",1] 5
        """, "0 21 30 ok write [\"l\",1] 5", "0 21 30 failed write [\"l\",1] FENCED: released"),
    TOKEN_OF_NOBODY("stale write", """
        0 0 10 ok acquire ["l"] [1,7,1]
        0 11 20 ok write ["l",3] 5
        """, "[\"l\",3]", "[\"l\",1]"),
    REVISION_FALLS("went back", """
        0 0 10 ok acquire ["l"] [1,7,1]
        0 11 20 ok write ["l",1] 5
        0 21 30 ok write ["l",1] 4
        """, "[\"l\",1] 4", "[\"l\",1] 6"),
    HOLDER_REFUSED("refused to its holder", """
        0 0 10 ok acquire ["l"] [1,7,1]
        0 11 20 failed write ["l",1] FENCED: not held
        0 21 30 ok release ["l",1,21] 1
        """, "[\"l\",1,21]", "[\"l\",1,-1]"),
    TWO_HOLDERS_DESCRIBED("two holders", """
        0 0 10 ok acquire ["l"] [1,7,1]
        1 0 90 ok acquire ["l"] [2,8,1]
        2 20 30 ok describe ["l"] [[1,2],[]]
        """, "[[1,2],[]]", "[[1],[[8,1]]]"),
    QUEUE_REVERSED("order", """
        0 0 90 ok acquire ["l"] [2,7,1]
        1 0 90 ok acquire ["l"] [1,8,1]
        2 20 30 ok describe ["l"] [[],[[7,1],[8,1]]]
        """, "[[7,1],[8,1]]", "[[8,1],[7,1]]"),
    OVERTAKEN("order", """
        0 0 90 ok acquire ["l"] [2,7,1]
        2 20 30 ok describe ["l"] [[],[[7,1]]]
        2 31 80 ok acquire ["l"] [1,9,1]
        """, "2 31 80", "2 30 80");

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
    Histories.assertFound(LockChecker::check, example.kind, example.history, example.bad, example.good);
  }

  @Test
  void whoGaveUpMayBeOvertaken() {
    assertThat(LockChecker.check(Histories.parse("""
        0 0 90 failed acquire ["l"] LOCK_NOT_OBTAINED: others held it
        2 20 30 ok describe ["l"] [[],[[7,1]]]
        2 31 80 ok acquire ["l"] [1,9,1]
        """))).matches(Judgement::isClean);
  }

  @Test
  void ifNobodyEverHeldALockNothingIsSaid() {
    assertThat(LockChecker.check(Histories.parse("""
        0 0 90 failed acquire ["l"] LOCK_NOT_OBTAINED: others held it
        """)).undecided()).hasSize(1);
  }
}
