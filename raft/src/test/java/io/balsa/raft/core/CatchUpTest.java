package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Thesis 4.2.1: rounds of replication; whoever ends the last one quickly lags little. */
class CatchUpTest {
  private final CatchUp catchUp = new CatchUp();

  @Test
  void nothingIsKnownBeforeTheFirstRoundIsOver() {
    assertThat(catchUp.isWithin(Long.MAX_VALUE - 1, 0)).isFalse();
    catchUp.begin(10, 0, 0);
    assertThat(catchUp.isWithin(100, 50)).isFalse();
    catchUp.reached(9, 50);
    assertThat(catchUp.isWithin(100, 50)).isFalse();
    catchUp.reached(10, 60);
    assertThat(catchUp.isWithin(100, 60)).isTrue();
    assertThat(catchUp.isWithin(59, 60)).isFalse();
  }

  @Test
  void whoHasEverythingIsDoneAtOnce() {
    catchUp.begin(10, 10, 7);
    assertThat(catchUp.isWithin(0, 7)).isTrue();
  }

  @Test
  void aRoundIsJudgedByWhatWasThereWhenItBegan() {
    catchUp.begin(10, 0, 0);
    catchUp.begin(99, 0, 50);
    catchUp.reached(10, 80);
    assertThat(catchUp.isWithin(80, 80)).isTrue();
  }

  @Test
  void aRoundThatDoesNotEndShowsThatItFellBehind() {
    catchUp.begin(10, 10, 0);
    catchUp.begin(20, 10, 100);
    assertThat(catchUp.isWithin(50, 150)).isTrue();
    assertThat(catchUp.isWithin(50, 151)).isFalse();
    catchUp.reached(20, 500);
    assertThat(catchUp.isWithin(50, 500)).isFalse();
    catchUp.begin(30, 30, 600);
    assertThat(catchUp.isWithin(50, 600)).isTrue();
  }
}
