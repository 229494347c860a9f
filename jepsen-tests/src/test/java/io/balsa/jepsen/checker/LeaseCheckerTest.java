package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly of a lease of 1 ms, which is 1,000,000 on the clock of a history, beside one that is nearly the same and right. */
class LeaseCheckerTest {
  private static final String END = """
      9 40000000000 40000000001 ok remaining [] []
      """;

  enum Example {
    EARLY("early", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        0 980000 989999 ok read ["k"] 0
        """, "980000 989999", "980000 990000"),
    EARLY_AFTER_A_RENEWAL("early", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        0 600000 600100 ok renew [5] 1
        0 1500000 1500001 ok read ["k"] 0
        """, "ok renew [5] 1", "unknown renew [5] gave up"),
    /** The renewal that the lease answered later shows that it lived. */
    GONE_BEFORE_A_RENEWAL("early", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        1 400 1100000 ok read ["k"] 0
        0 1200000 1200100 ok renew [5] 1
        """, "ok renew [5] 1", "failed renew [5] LEASE_NOT_FOUND: gone"),
    NOT_FOUND_EARLY("early", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        0 500000 600000 failed renew [5] LEASE_NOT_FOUND: gone
        """, "500000 600000", "500000 990000"),
    PUT_REFUSED_EARLY("early", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 failed put ["k",5] LEASE_NOT_FOUND: gone
        """, "200 300", "200 990000"),
    CAME_BACK("resurrected", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        0 2000000 2000001 ok read ["k"] 0
        0 2000002 2000003 ok read ["k"] 2
        """, "2000002 2000003", "2000001 2000003"),
    OUTLIVED_A_REVOKE("outlived", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        0 400 500 ok revoke [5] 1
        0 600 700 ok read ["k"] 2
        """, "ok read [\"k\"] 2", "ok read [\"k\"] 0"),
    NEVER_GONE("never", """
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        9 50000000000 50000000001 ok remaining [] ["k"]
        """, "[\"k\"]\n", "[]\n");

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
    Histories.assertFound(LeaseChecker::check, example.kind, example.history + END, example.bad, example.good);
  }

  @Test
  void whatIsLookedForTooSoonIsUndecided() {
    assertThat(LeaseChecker.check(Histories.parse("""
        0 0 100 ok grant [1] [5,1]
        0 200 300 ok put ["k",5] 2
        9 20000000 20000001 ok remaining [] ["k"]
        """))).satisfies(judgement -> {
      assertThat(judgement.wrong()).isEmpty();
      assertThat(judgement.undecided()).hasSize(1);
    });
  }

  @Test
  void ifNoLeaseIsGrantedNothingIsSaid() {
    assertThat(LeaseChecker.check(Histories.parse(END)).undecided()).containsExactly("no lease was ever granted");
  }

  @Test
  void ifNobodyLooksNothingIsSaidOfTheEnd() {
    assertThat(LeaseChecker.check(Histories.parse("""
        0 0 100 ok grant [1] [5,1]
        """)).undecided()).hasSize(1);
  }
}
