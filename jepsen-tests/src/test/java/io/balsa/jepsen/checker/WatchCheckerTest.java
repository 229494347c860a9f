package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each anomaly of a watch, beside a history that is nearly the same and right: a is put, then a and b at once, then a is deleted, and a
 * write of which nobody knows the outcome is at revision 5.
 */
class WatchCheckerTest {
  private static final String WRITES = """
      0 0 10 ok write [["a",1]] 2
      0 11 20 ok write [["a",2],["b",3]] 3
      0 21 30 ok write [["a"]] 4
      1 31 40 unknown write [["b",4]] gave up
      2 41 50 failed write [["b",5]] refused
      2 51 60 ok write [["a"]] 0
      9 80 90 ok read [] [5,[["b",4,2]]]
      """;
  private static final String TOLD = """
      9 100 101 ok watch [0,0] [5,[[2,[["a",1,1]]],[3,[["a",2,2],["b",3,1]]]]]
      9 102 103 ok watch [0,1] [5,[[4,[["a"]]],[5,[["b",4,2]]]]]
      9 104 105 ok watch [1,0] [5,[[2,[["a",1,1]]],[3,[["a",2,2],["b",3,1]]],[4,[["a"]]],[5,[["b",4,2]]]]]
      """;

  enum Example {
    MISSING("missing", "[4,[[\"a\"]]],[5,[[\"b\",4,2]]]]]\n", "[5,[[\"b\",4,2]]]]]\n", "missing|version|state"),
    UNKNOWN_MISSING("missing", "[4,[[\"a\"]]],[5,[[\"b\",4,2]]]]]\n9 104", "[4,[[\"a\"]]]]]\n9 104", "missing|state"),
    LAST_MISSING("missing", "[1,0] [5,[[2,[[\"a\",1,1]]],", "[1,0] [5,[", "missing|version|state"),
    REVERSED("order", "[[4,[[\"a\"]]],[5,[[\"b\",4,2]]]]", "[[5,[[\"b\",4,2]]],[4,[[\"a\"]]]]", "order"),
    TWICE("repeated", "[4,[[\"a\"]]],[5,[[\"b\",4,2]]]]]\n9 104",
        "[4,[[\"a\"]]],[5,[[\"b\",4,2]]],[5,[[\"b\",4,2]]]]]\n9 104",
        "repeated|version|state"),
    UNKNOWN_AT_TWO_REVISIONS("repeated", "[5,[[\"b\",4,2]]]]]\n9 104", "[5,[[\"b\",4,2]]],[6,[[\"b\",4,3]]]]]\n9 104",
        "repeated"),
    HALF("torn", "[3,[[\"a\",2,2],[\"b\",3,1]]]]]\n", "[3,[[\"a\",2,2]]]]]\n", "torn|version|state"),
    IN_TWO_CALLS("repeated", "[3,[[\"a\",2,2],[\"b\",3,1]]]]]\n", "[3,[[\"a\",2,2]]],[3,[[\"b\",3,1]]]]]\n",
        "repeated|torn"),
    OTHER_VALUE("torn", "[[2,[[\"a\",1,1]]],[3,[[\"a\",2,2],[\"b\",3,1]]]]]\n",
        "[[2,[[\"a\",9,1]]],[3,[[\"a\",2,2],[\"b\",3,1]]]]]\n", "torn"),
    UNKNOWN_HALF("torn", "1 31 40 unknown write [[\"b\",4]]", "1 31 40 unknown write [[\"b\",4],[\"c\",6]]", "torn"),
    REFUSED("phantom", "[5,[[\"b\",4,2]]]]]\n9 104", "[5,[[\"b\",5,2]]]]]\n9 104", "phantom|state|missing"),
    NEVER_WRITTEN("phantom", "[5,[[\"b\",4,2]]]]]\n9 104", "[5,[[\"b\",4,2]]],[7,[[\"c\",8,1]]]]]\n9 104", "phantom"),
    WRONG_VERSION("version", "[[2,[[\"a\",1,1]]],[3,[[\"a\",2,2],[\"b\",3,1]]]]]\n",
        "[[2,[[\"a\",1,1]]],[3,[[\"a\",2,3],[\"b\",3,1]]]]]\n", "version"),
    STOPPED("stopped", "[1,0] [5,", "[1,0] [4,", "stopped"),
    OTHER_STATE("state", "[5,[[\"b\",4,2]]]\n9 100", "[5,[[\"a\",2,2],[\"b\",4,2]]]\n9 100", "state"),
    ENDED("ended", "9 104 105 ok watch [1,0]",
        "9 98 99 failed watch [1,-1] COMPACTED: gone\n9 104 105 ok watch [1,0]", "ended"),
    SAME_REVISION("revision", "0 21 30 ok write [[\"a\"]] 4",
        "0 21 30 ok write [[\"a\"]] 4\n3 21 30 ok write [[\"c\",6]] 4",
        "revision|torn|went back"),
    REVISION_FALLS("went back", "0 21 30 ok write", "0 1 10 ok write [[\"x\"]] 0\n0 0 1 ok write", "went back");

    private final String kind;
    private final String good;
    private final String bad;
    /** What follows from it. */
    private final String kinds;

    Example(String kind, String good, String bad, String kinds) {
      this.kind = kind;
      this.good = good;
      this.bad = bad;
      this.kinds = kinds;
    }
  }

  @Test
  void whatIsRightIsClean() {
    Judgement judgement = WatchChecker.check(Histories.parse(WRITES + TOLD));
    assertThat(judgement).matches(Judgement::isClean);
    assertThat(judgement.figures()).containsEntry("revisions told", 8L);
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Example example) {
    String history = WRITES + TOLD;
    assertThat(history).contains(example.good);
    int at = history.indexOf(example.good);
    Judgement judgement = WatchChecker.check(Histories.parse(
        history.substring(0, at) + example.bad + history.substring(at + example.good.length())));
    assertThat(judgement.wrong()).anyMatch(wrong -> wrong.startsWith(example.kind + ": "))
        .allMatch(wrong -> wrong.split(":", 2)[0].matches(example.kinds));
  }

  /** To delete what is not there is no change, and nobody is told; the second delete did one. */
  @Test
  void deletesOfUnknownOutcomeExplainAsManyAsThereAre() {
    String history = """
        0 0 10 ok write [["a",1]] 2
        0 11 20 unknown write [["a"]] gave up
        0 21 30 ok write [["a",2]] 4
        0 31 40 unknown write [["a"],["b"]] gave up
        9 80 90 ok read [] [5,[]]
        9 100 101 ok watch [0,0] [5,[[2,[["a",1,1]]],[3,[["a"]]],[4,[["a",2,1]]],[5,[["a"]]]]]
        """;
    assertThat(WatchChecker.check(Histories.parse(history))).matches(Judgement::isClean);
    assertThat(WatchChecker.check(Histories.parse(history.replace("0 31 40 unknown", "0 31 40 failed"))).wrong())
        .singleElement().asString().startsWith("repeated: ");
  }

  @Test
  void withoutWatchersOrALastReadNothingIsSaid() {
    assertThat(WatchChecker.check(Histories.parse(WRITES)).undecided()).containsExactly("nobody watched");
    assertThat(WatchChecker.check(Histories.parse(WRITES.replace("9 80 90", "9 50 55") + TOLD)).undecided())
        .containsExactly("the keys were not read after the last write");
  }
}
