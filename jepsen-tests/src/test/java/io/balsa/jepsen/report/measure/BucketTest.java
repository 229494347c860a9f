package io.balsa.jepsen.report.measure;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.failed;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.ok;
import static io.balsa.jepsen.report.Histories.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Counts and latencies, over all and over time. */
class BucketTest {
  @Test
  void anOperationIsOfTheBucketInWhichItEnded() {
    List<Bucket> buckets = Bucket.of(List.of(ok("read", 900, 999), ok("read", 900, 1500), ok("write", 1999, 2000),
        failed("read", 1000, 2100), unknown("write", 0, 4499), ok("read", 4400, 4500), ok("read", 4000, 4501)),
        between(1000, 4500), ms(1000));
    assertThat(buckets).extracting(Bucket::part).containsExactly(between(1000, 2000), between(2000, 3000),
        between(3000, 4000), between(4000, 4500));
    assertThat(buckets).extracting(Bucket::ended).containsExactly(new Tally(1, 0, 0), new Tally(1, 1, 0),
        new Tally(0, 0, 0), new Tally(1, 0, 1));
    assertThat(buckets).extracting(bucket -> bucket.latency().maxNanos()).containsExactly(ms(600), ms(1), 0L, ms(100));
    assertThat(buckets.getLast().perSecond(1)).as("of half a second").isEqualTo(2);
  }

  @Test
  void whatEndsWithTheLoadIsOfItsLastBucket() {
    List<Bucket> buckets = Bucket.of(List.of(ok("read", 0, 2000)), between(0, 2000), ms(1000));
    assertThat(buckets).extracting(bucket -> bucket.ended().ok()).containsExactly(0L, 1L);
    assertThat(Bucket.of(List.of(ok("read", 0, 0)), between(0, 0), ms(1000))).hasSize(1);
  }

  @Test
  void theWidthIsTheShortestGoodOne() {
    assertThat(Bucket.width(ms(1), 100)).isEqualTo(ms(100));
    assertThat(Bucket.width(ms(10_000), 100)).isEqualTo(ms(100));
    assertThat(Bucket.width(ms(10_001), 100)).isEqualTo(ms(200));
    assertThat(Bucket.width(ms(60_000), 150)).isEqualTo(ms(500));
    assertThat(Bucket.width(ms(3_600_000), 150)).isEqualTo(ms(50_000));
  }

  @Test
  void percentilesAreThoseOfTheSortedLatencies() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      operations.add(ok("read", 0, i));
      operations.add(failed("read", 0, 100_000));
      operations.add(unknown("read", 0, 100_000));
    }
    Collections.shuffle(operations, new Random(7));
    Latency latency = Latency.of(operations);
    assertThat(latency.count()).isEqualTo(1000);
    assertThat(latency.maxNanos()).isEqualTo(ms(1000));
    assertThat(latency.p50Nanos()).isCloseTo(ms(500), within(ms(500) / 1000));
    assertThat(latency.p90Nanos()).isCloseTo(ms(900), within(ms(900) / 1000));
    assertThat(latency.p99Nanos()).isCloseTo(ms(990), within(ms(990) / 1000));
    assertThat(latency.p999Nanos()).isCloseTo(ms(999), within(ms(999) / 1000));
    assertThat(latency.meanNanos()).as("500.5 ms").isCloseTo(ms(500), within(ms(1)));
    assertThat(latency.p999Nanos()).isLessThanOrEqualTo(latency.maxNanos());
  }

  @Test
  void ofNoOperationAllIsZero() {
    assertThat(Latency.of(List.of(failed("read", 0, 5)))).isEqualTo(new Latency(0, 0, 0, 0, 0, 0, 0));
    assertThat(Tally.of(List.of()).unknownShare()).isZero();
    assertThat(Tally.of(List.of(ok("a", 0, 1), ok("a", 0, 1), failed("a", 0, 1), unknown("a", 0, 1))).unknownShare())
        .isEqualTo(0.25);
  }
}
