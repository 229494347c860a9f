package io.balsa.jepsen.report.measure;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.failed;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.ok;
import static io.balsa.jepsen.report.Histories.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gaps, availability and outages of histories of which they are known. */
class WritesTest {
  /** Acknowledged at these times, in a load of 10 s. */
  private static Writes acknowledged(long... millis) {
    return new Writes(Arrays.stream(millis).mapToObj(at -> ok("write", at, at)).toList(), between(0, 10_000));
  }

  @Test
  void aGapIsBetweenAcknowledgementsInTheirOrderWhateverElseEnds() {
    Writes writes = new Writes(List.of(ok("write", 0, 7000), ok("write", 500, 1000), failed("write", 2000, 2500),
        unknown("write", 3000, 5000), ok("write", 6000, 6500)), between(0, 8000));
    assertThat(writes.count()).isEqualTo(3);
    assertThat(writes.longest()).isEqualTo(between(1000, 6500));
    assertThat(writes.from(ms(1000))).containsExactly(between(0, 1000), between(1000, 6500), between(7000, 8000));
  }

  @Test
  void whatIsAcknowledgedBeforeOrAfterTheLoadEndsNoGap() {
    Writes writes = new Writes(List.of(ok("write", 0, 500), ok("write", 0, 3000), ok("write", 0, 9000)),
        between(1000, 8000));
    assertThat(writes.count()).isOne();
    assertThat(writes.longest()).isEqualTo(between(3000, 8000));
  }

  @Test
  void aRunWithoutAnAcknowledgementIsOneGap() {
    assertThat(acknowledged().longest()).isEqualTo(between(0, 10_000));
    assertThat(acknowledged().availability(ms(100))).isZero();
    assertThat(acknowledged().usual(List.of())).isEqualTo(ms(10_000));
  }

  @Test
  void theGapOfAFaultIsTheLongestOneThatHasAMomentWithIt() {
    Writes writes = acknowledged(100, 3000, 3100, 3200, 5200, 5300, 9000);
    assertThat(writes.longest(between(3100, 3150))).as("its own two").isEqualTo(between(3000, 3100));
    assertThat(writes.longest(between(3150, 3150))).as("a moment").isEqualTo(between(3100, 3200));
    assertThat(writes.longest(between(3150, 3300))).as("reaches out of it").isEqualTo(between(3200, 5200));
    assertThat(writes.longest(between(2000, 6000))).as("the longest of all").isEqualTo(between(5300, 9000));
    assertThatIllegalArgumentException().isThrownBy(() -> writes.longest(between(10_001, 10_002)));
  }

  @Test
  void usualIsWhat99Of100QuietGapsDoNotExceed() {
    List<Operation> operations = new ArrayList<>();
    // 198 gaps of 10 ms, then two of 40 ms; 1 s of a fault; a gap of 10 ms.
    for (int i = 1; i <= 198; i++) {
      operations.add(ok("write", 0, i * 10L));
    }
    for (long at : new long[]{2020, 2060, 3060}) {
      operations.add(ok("write", 0, at));
    }
    Writes writes = new Writes(operations, between(0, 3070));
    assertThat(writes.usual(List.of(between(2070, 3050)))).as("199 of 201").isEqualTo(ms(10));
    assertThat(writes.usual(List.of())).as("200 of 202").isEqualTo(ms(40));
    assertThat(writes.usual(List.of(between(0, 3070)))).as("never quiet").isEqualTo(ms(10));
  }

  @Test
  void availabilityIsTheShareOfWholeWindowsWithAnAcknowledgement() {
    Writes writes = new Writes(
        List.of(ok("write", 0, 0), ok("write", 0, 99), ok("write", 0, 100), ok("write", 0, 350), ok("write", 0, 430)),
        between(0, 450));
    assertThat(writes.availability(ms(100))).as("windows 0, 1 and 3 of 4").isEqualTo(0.75);
    Writes later = new Writes(List.of(ok("write", 0, 1150), ok("write", 0, 1199)), between(1000, 1200));
    assertThat(later.availability(ms(100))).as("from the begin of the load").isEqualTo(0.5);
    assertThat(later.availability(ms(300))).as("shorter than a window").isEqualTo(1);
  }

  @Test
  void outagesAreGapsOfALength() {
    Outages outages = Outages.of(acknowledged(500, 1500, 2499, 4499, 4600, 6600, 8000, 9500), ms(1000));
    assertThat(outages.outages()).containsExactly(between(500, 1500), between(2499, 4499), between(4600, 6600),
        between(6600, 8000), between(8000, 9500));
    assertThat(outages.downtime()).isEqualTo(ms(7900));
    assertThat(outages.uptime()).isEqualTo(0.21, within(1e-9));
    assertThat(outages.meanTimeToRepair()).hasValue(ms(1580));
    assertThat(outages.meanTimeBetweenFailures()).as("7,500 ms in four steps").hasValue(ms(1875));
  }

  @Test
  void withoutOutagesThereAreNoTimesOfThem() {
    Outages none = Outages.of(acknowledged(2000, 4000, 6000, 8000), ms(2001));
    assertThat(none.uptime()).isEqualTo(1);
    assertThat(none.meanTimeToRepair()).isEmpty();
    assertThat(none.meanTimeBetweenFailures()).isEmpty();
    Outages one = Outages.of(acknowledged(2000, 4000, 7000, 9000), ms(2001));
    assertThat(one.meanTimeToRepair()).hasValue(ms(3000));
    assertThat(one.meanTimeBetweenFailures()).isEmpty();
  }
}
