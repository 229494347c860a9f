package io.balsa.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WriteGapsTest {
  private static WriteGaps at(long... millis) {
    return new WriteGaps(Arrays.stream(millis).map(m -> m * 1_000_000).toArray());
  }

  @Test
  void aGapOfExactlyTheBoundIsNoOutage() {
    assertThat(at(0, 100, 200, 301).outages()).containsExactly(Duration.ofMillis(101));
  }

  @Test
  void availabilityRepairAndFailuresFollowFromTheOutages() {
    WriteGaps gaps = at(0, 50, 250, 300, 700, 800, 900, 1000); // outages of 200 and 400 ms in one second
    assertThat(gaps.outages()).containsExactly(Duration.ofMillis(200), Duration.ofMillis(400));
    assertThat(gaps.availability()).isEqualTo(0.4, Offset.offset(1e-9));
    assertThat(gaps.meanTimeToRepair()).isEqualTo(Duration.ofMillis(300));
    assertThat(gaps.meanTimeBetweenFailures()).isEqualTo(Duration.ofMillis(200));
  }

  @Test
  void withoutAnOutageAllOfTheTimeIsUp() {
    WriteGaps gaps = at(0, 10, 20, 30);
    assertThat(gaps.availability()).isEqualTo(1.0);
    assertThat(gaps.meanTimeToRepair()).isZero();
    assertThat(gaps.meanTimeBetweenFailures()).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void nothingAcknowledgedIsNotAvailable() {
    assertThat(at().availability()).isZero();
    assertThat(at(5).observed()).isZero();
    assertThat(at().meanTimeBetweenFailures()).isZero();
  }

  @Test
  void theGapOfAFailoverIsTheLongestThatReachesIntoIt() {
    WriteGaps gaps = at(0, 300, 310, 320, 480, 490, 1490);
    assertThat(gaps.longestWithin(ms(315), ms(485))).isEqualTo(Duration.ofMillis(160));
    assertThat(gaps.longestWithin(ms(305), ms(312))).isEqualTo(Duration.ofMillis(10));
    assertThat(gaps.longestWithin(ms(1491), ms(2000))).isZero();
  }

  private static long ms(long millis) {
    return millis * 1_000_000;
  }
}
