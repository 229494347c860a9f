package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class AcknowledgedTest {
  private final Acknowledged acknowledged = new Acknowledged();

  @Test
  void beforeTheFirstHeartbeatNothingWas() {
    assertThat(acknowledged.before(5)).isZero();
    acknowledged.heartbeatSent(6, 9);
    assertThat(acknowledged.before(5)).isZero();
    assertThat(acknowledged.before(6)).isEqualTo(9);
    assertThat(acknowledged.before(1_000)).isEqualTo(9);
  }

  /** Against a map that forgets nothing: it may know less of what is long ago, never more. */
  @Test
  void itSaysWhatWasAcknowledgedWhenARoundWasSent() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int run = 0; run < 50; run++) {
      Acknowledged tested = new Acknowledged();
      TreeMap<Long, Long> model = new TreeMap<>();
      long match = 0;
      for (long round = 1; round < 300; round += 1 + random.nextInt(2)) {
        match += random.nextInt(3) == 0 ? random.nextInt(5) : 0;
        tested.heartbeatSent(round, match);
        model.put(round, match);
        long asked = 1 + random.nextLong(round);
        Map.Entry<Long, Long> known = model.floorEntry(asked);
        long expected = known == null ? 0 : known.getValue();
        assertThat(tested.before(asked)).isIn(0L, expected);
        if (asked > round - 60) {
          assertThat(tested.before(asked)).isEqualTo(expected);
        }
      }
    }
  }
}
