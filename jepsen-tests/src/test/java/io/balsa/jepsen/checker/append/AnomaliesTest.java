package io.balsa.jepsen.checker.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The smallest history of each anomaly is called by its name and nothing else, and one that is nearly the same is
 * called nothing.
 */
class AnomaliesTest {
  enum Example {
    /** Two lists of the same two elements. */
    ORDER(Anomaly.INCOMPATIBLE_ORDER, """
        0 0 50 ok: append x 1
        1 0 50 ok: append x 2
        2 0 50 ok: read x 1 2
        3 0 50 ok: read x 2 1
        """, "read x 2 1", "read x 1"),
    DUPLICATE(Anomaly.DUPLICATE_ELEMENT, """
        0 0 50 ok: append x 1
        1 0 50 ok: append x 2
        2 0 50 ok: read x 1 2 1
        3 0 50 ok: read x 1 2
        """, "read x 1 2 1", "read x 1 2"),
    UNWRITTEN(Anomaly.UNWRITTEN_ELEMENT, """
        0 0 50 ok: append x 1
        1 0 50 ok: read x 1 7
        """, "read x 1 7", "read x 1"),
    /** The own append is not there. */
    OWN_APPEND(Anomaly.INTERNAL, """
        0 0 50 ok: append x 1; read x
        1 60 70 ok: read x 1
        """, "1; read x\n", "1; read x 1\n"),
    /** The own append is there too early. */
    OWN_FUTURE(Anomaly.INTERNAL, """
        0 0 50 ok: read x 1; append x 1
        1 60 70 ok: read x 1
        """, "read x 1; append x 1", "read x; append x 1"),
    /** Two reads of one transaction see two states. */
    CHANGED_WITHIN(Anomaly.INTERNAL, """
        0 0 50 ok: append x 1
        1 0 50 ok: read x; read y; read x 1
        """, "read x; read y; read x 1", "read x; read y; read x"),
    ABORTED(Anomaly.ABORTED_READ, """
        0 0 10 failed: append x 1
        1 0 50 ok: read x 1
        """, "failed", "unknown"),
    BUILT_ON_ABORTED(Anomaly.DIRTY_UPDATE, """
        0 0 10 failed: append x 1
        1 0 50 ok: append x 2
        2 0 50 ok: read x 1 2
        """, "failed", "unknown"),
    HALF_DONE(Anomaly.INTERMEDIATE_READ, """
        0 0 50 ok: append x 1; append x 2
        1 0 50 ok: read x 1
        2 60 70 ok: read x 1 2
        """, "ok: read x 1\n", "ok: read x\n"),
    LOST(Anomaly.LOST_APPEND, """
        0 0 10 ok: append x 1
        1 20 30 ok: read x
        """, "1 20 30", "1 5 30"),
    /** Two keys show two writers in two orders. */
    WRITES(Anomaly.G0, """
        0 0 50 ok: append x 1; append y 1
        1 0 50 ok: append x 2; append y 2
        2 0 50 ok: read x 1 2; read y 2 1
        """, "read y 2 1", "read y 1 2"),
    /**
     * One of the two elements is in the longest list, which only its own writer read; so the other one comes behind
     * it.
     */
    WRITES_UNSEEN(Anomaly.G0, """
        0 0 50 ok: append x 1; read x 1; append y 2
        1 0 50 ok: append x 2; append y 1
        2 0 50 ok: read y 1 2
        """, "read y 1 2", "read y 2 1"),
    /** Each saw the other one. */
    INFORMATION(Anomaly.G1C, """
        0 0 50 ok: append x 1; read y 2
        1 0 50 ok: append y 2; read x 1
        """, "read y 2", "read y"),
    /** Half of what another one did was seen. */
    READ_SKEW(Anomaly.G_SINGLE, """
        0 0 50 ok: append x 1; append y 1
        1 0 50 ok: read x; read y 1
        """, "read x; read y 1", "read x; read y"),
    LOST_UPDATE(Anomaly.G_SINGLE, """
        0 0 50 ok: read x; append x 1
        1 0 50 ok: read x; append x 2
        2 0 50 ok: read x 1 2
        """, "read x; append x 2", "read x 1; append x 2"),
    /** Neither saw what the other one did. */
    WRITE_SKEW(Anomaly.G2, """
        0 0 50 ok: read x; append y 1
        1 0 50 ok: read y; append x 1
        2 60 70 ok: read x 1; read y 1
        """, "read y; append", "read y 1; append"),
    /** Nobody looked afterwards; neither saw the other one all the same. */
    WRITE_SKEW_UNSEEN(Anomaly.G2, """
        0 0 50 ok: read x; append y 1
        1 0 50 ok: read y; append x 1
        """, "read y; append", "read z; append"),
    /** Two readers see two writers in two orders. */
    LONG_FORK(Anomaly.G2, """
        0 0 50 ok: append x 1
        1 0 50 ok: append y 1
        2 0 50 ok: read x 1; read y
        3 0 50 ok: read x; read y 1
        """, "read x; read y 1", "read x 1; read y 1"),
    LATE_WRITE_FIRST(Anomaly.G0_REALTIME, """
        0 0 10 ok: append x 1
        1 20 30 ok: append x 2
        2 0 50 ok: read x 2 1
        """, "1 20 30", "1 10 30"),
    FROM_THE_FUTURE(Anomaly.G1C_REALTIME, """
        0 0 10 ok: read x 1
        1 20 30 ok: append x 1
        """, "1 20 30", "1 10 30"),
    STALE_READ(Anomaly.G_SINGLE_REALTIME, """
        0 0 10 ok: append x 1
        1 20 30 ok: read x
        2 40 50 ok: read x 1
        """, "1 20 30", "1 10 30"),
    /** Only a chain of ends and begins connects the two. */
    STALE_BY_WAY_OF_OTHERS(Anomaly.G_SINGLE_REALTIME, """
        0 0 10 ok: append x 1
        3 12 14 ok: read a
        4 15 17 ok: read b
        1 20 30 ok: read x
        2 40 50 ok: read x 1
        """, "0 0 10", "0 0 21"),
    /** What was read of a transaction that never ended for its client has been done. */
    STALE_AFTER_UNKNOWN(Anomaly.G_SINGLE_REALTIME, """
        0 0 10 unknown: append x 1; append y 1
        1 20 30 ok: read x 1
        2 40 50 ok: read y
        """, "2 40 50", "2 30 50"),
    TWO_UNSEEN(Anomaly.G2_REALTIME, """
        0 0 10 ok: append x 1
        1 0 50 ok: read x; append y 1
        2 20 30 ok: read y
        3 60 70 ok: read x 1; read y 1
        """, "2 20 30", "2 10 30");

    final Anomaly anomaly;
    final String text;
    final String near;

    Example(Anomaly anomaly, String text, String changed, String into) {
      this.anomaly = anomaly;
      this.text = text;
      this.near = text.replace(changed, into);
    }
  }

  private static Report check(String text) {
    return ListAppendChecker.check(History.parse(text.lines().toList()));
  }

  @ParameterizedTest
  @EnumSource
  void theSmallestHistoryIsCalledByItsName(Example example) {
    Report report = check(example.text);
    assertThat(report.findings()).as("%s", report).extracting(Finding::anomaly).containsExactly(example.anomaly);
    assertThat(report.isClean()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aHistoryNearToItIsClean(Example example) {
    assertThat(example.near).isNotEqualTo(example.text);
    assertThat(check(example.near).findings()).isEmpty();
  }

  @Test
  void thereIsAnExampleOfEachAnomaly() {
    assertThat(Arrays.stream(Example.values()).map(example -> example.anomaly)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Anomaly.class)))).containsExactly(Anomaly.values());
  }

  /** A process whose call ended as unknown goes on; what it had begun may take effect later. */
  @Test
  void anUnknownTransactionMayTakeEffectAfterItsClientGaveUp() {
    assertThat(check("""
        0 0 10 unknown: append x 1
        0 20 30 ok: read x
        0 40 50 ok: read x 1
        """).findings()).isEmpty();
    assertThat(check("""
        0 0 10 unknown: append x 1
        0 20 30 ok: read x
        """).findings()).isEmpty();
  }

  @Test
  void whatAFailedTransactionReadProvesNothing() {
    assertThat(check("""
        0 0 10 ok: append x 1
        1 20 30 failed: read x 9 9; append y 1
        2 20 30 ok: read y
        """).findings()).isEmpty();
  }

  @Test
  void eachComponentIsToldOfOnce() {
    Report report = check("""
        0 0 50 ok: read x; append y 1
        1 0 50 ok: read y; append x 1
        2 0 50 ok: read v; append w 1
        3 0 50 ok: read w; append v 1
        """);
    assertThat(report.findings()).extracting(Finding::anomaly).containsExactly(Anomaly.G2, Anomaly.G2);
  }

  /** The stale read puts all that happened meanwhile into one component; the cycle names two. */
  @Test
  void aCycleIsAsShortAsItCanBe() {
    StringBuilder text = new StringBuilder("0 0 10 ok: append x 1\n");
    for (int i = 0; i < 500; i++) {
      text.append("1 ").append(20 + 10 * i).append(' ').append(25 + 10 * i).append(" ok: append x ").append(i + 2)
          .append("\n");
    }
    text.append("2 5100 5200 ok: read x 1\n3 6000 6001 ok: read x");
    for (int i = 0; i <= 500; i++) {
      text.append(' ').append(i + 1);
    }
    Report report = check(text.toString());
    assertThat(report.findings()).extracting(Finding::anomaly).containsExactly(Anomaly.G_SINGLE_REALTIME);
    assertThat(report.findings().getFirst().text()).startsWith("T501 < T1 < T501\n");
  }

  @Test
  void theReportSaysWhyEachMustComeBeforeTheNext() {
    Report report = check(Example.STALE_READ.text);
    assertThat(report.findings().getFirst()).hasToString("""
        G-single-realtime: T1 < T0 < T1
            T1 before T0: T1 read x and did not see 1, which T0 appended
            T0 before T1: T0 ended 10 ns before T1 began
            T1 = 1 20 30 ok: read x
            T0 = 0 0 10 ok: append x 1""");
    assertThat(report.counts())
        .isEqualTo("transactions: ok 3, failed 0, unknown 0; edges: ww 0, wr 1, rw 1, real time 2");
  }

  @Test
  void anElementAppendedTwiceIsNoHistoryOfThisKind() {
    List<String> lines = List.of("0 0 1 ok: append x 1", "1 0 1 failed: append x 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ListAppendChecker.check(History.parse(lines))).withMessageContaining("T0 and T1");
  }
}
