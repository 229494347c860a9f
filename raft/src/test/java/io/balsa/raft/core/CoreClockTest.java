package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** T3, C7: a clock that grows by a bounded step at a time, and says what it has left out. */
class CoreClockTest {
  private final CoreClock clock = new CoreClock(200);

  @Test
  void itGrowsWithTheTicksByTheBoundAtMost() {
    assertThat(clock.tick(1_000)).as("the first tick is where it begins").isZero();
    assertThat(clock.tick(1_150)).isEqualTo(150);
    assertThat(clock.tick(1_350)).isEqualTo(200);
    assertThat(clock.cut()).isZero();
    assertThat(clock.tick(5_350)).isEqualTo(200);
    assertThat(clock.cut()).isEqualTo(3_800);
    assertThat(clock.tick(5_360)).isEqualTo(10);
    assertThat(clock.now() + clock.cut()).isEqualTo(5_360 - 1_000);
  }

  @Test
  void aTickFromThePastIsNone() {
    clock.tick(1_000);
    assertThat(clock.tick(900)).isZero();
    assertThat(clock.cut()).isZero();
  }
}
