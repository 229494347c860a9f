package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each anomaly that answers about members can show, beside answers that are nearly the same and right. */
class MembershipCheckerTest {
  private static final String END = """
      9 90 91 ok members ["n1"] [["n1","11",true],["n2","22",true]]
      9 92 93 ok members ["n2"] [["n1","11",true],["n2","22",true]]
      """;

  enum Example {
    TWICE("twice", "[[\"n1\",\"11\",true],[\"n1\",\"12\",false]]", "[[\"n1\",\"11\",true],[\"n3\",\"12\",false]]"),
    VOTES_UNBORN("voter", "[[\"n1\",\"11\",true],[\"n3\",\"0\",true]]", "[[\"n1\",\"11\",true],[\"n3\",\"0\",false]]"),
    NOBODY_VOTES("voter", "[[\"n1\",\"11\",false]]", "[[\"n1\",\"11\",true]]"),
    TWO_NAMES("incarnation", "[[\"n1\",\"11\",true],[\"n3\",\"22\",false]]",
        "[[\"n1\",\"11\",true],[\"n3\",\"33\",false]]");

    private final String kind;
    private final String bad;
    private final String good;

    Example(String kind, String bad, String good) {
      this.kind = kind;
      this.bad = bad;
      this.good = good;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Example example) {
    Histories.assertFound(MembershipChecker::check, example.kind, "0 0 10 ok members [] " + example.bad + "\n" + END,
        example.bad, example.good);
  }

  @Test
  void inTheEndAllAgree() {
    Histories.assertFound(MembershipChecker::check, "disagree", """
        9 90 91 ok members ["n1"] [["n1","11",true],["n2","22",true]]
        9 92 93 ok members ["n2"] [["n1","11",true],["n2","22",false]]
        """, "\"22\",false", "\"22\",true");
  }

  @Test
  void whoseAnswerIsOlderThanItsRemovalDoesNotCount() {
    assertThat(MembershipChecker.check(Histories.parse("""
        9 80 81 ok members ["n3"] [["n1","11",true],["n2","22",true],["n3","33",false]]
        """ + END))).matches(Judgement::isClean);
  }

  @Test
  void whoDoesNotAnswerLeavesItOpen() {
    assertThat(MembershipChecker.check(Histories.parse("""
        9 90 91 ok members ["n1"] [["n1","11",true],["n2","22",true]]
        """)).undecided()).hasSize(1);
    assertThat(MembershipChecker.check(Histories.parse("""
        9 90 91 ok members [] [["n1","11",true],["n2","22",true]]
        """)).undecided()).hasSize(1);
  }
}
