package io.balsa.server.space;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** E3: an alarm that comes and goes by itself, and what a node does meanwhile. */
class SpaceQuotaTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void itIsExceededAtTheLimitAndOverWellBelowIt() {
    SpaceQuota space = new SpaceQuota(1_000);
    space.leads(true);
    space.measured(999);
    assertThat(space.refuses()).isFalse();
    space.measured(1_000);
    assertThat(space.refuses()).isTrue();
    space.measured(960);
    assertThat(space.isExceeded()).as("not with each write anew").isTrue();
    space.measured(949);
    assertThat(space.isExceeded()).isFalse();
    space.measured(999);
    assertThat(space.isExceeded()).isFalse();
  }

  @Test
  void onlyALeaderRefuses() {
    SpaceQuota space = new SpaceQuota(1_000);
    space.measured(5_000);
    assertThat(space.isExceeded()).isTrue();
    assertThat(space.refuses()).isFalse();
    space.leads(true);
    assertThat(space.refuses()).isTrue();
  }

  @Test
  void withoutALimitNothingIsTooMuch() {
    SpaceQuota space = new SpaceQuota(0);
    space.leads(true);
    space.measured(Long.MAX_VALUE);
    assertThat(space.isExceeded()).isFalse();
  }

  @Test
  void itTellsHowMuchAndWhatToDo() {
    SpaceQuota space = new SpaceQuota(16 << 20);
    space.measured((16 << 20) + (1 << 19));
    assertThat(space.text()).contains("16.5 MiB", "16.0 MiB", "--space-quota", "balsa compact");
  }

  @Test
  void spaceIsReclaimedOnlyWhileItIsShort() {
    ReclaimSchedule reclaims = new ReclaimSchedule();
    assertThat(reclaims.begins(0, false, 7)).isFalse();
    assertThat(reclaims.begins(SECOND, true, 7)).isTrue();
    assertThat(reclaims.begins(2 * SECOND, true, 9)).as("one at a time").isFalse();
    reclaims.ended(3 * SECOND);
    assertThat(reclaims.begins(4 * SECOND, false, 9)).isFalse();
  }

  @Test
  void soonWhenSomethingWasDeletedAndElseMoreAndMoreRarely() {
    ReclaimSchedule reclaims = new ReclaimSchedule();
    long now = 0;
    int idle = 0;
    for (; now < 3_600 * SECOND; now += SECOND) {
      if (reclaims.begins(now, true, 0)) {
        idle++;
        reclaims.ended(now);
      }
    }
    assertThat(idle).isBetween(8, 20);
    assertThat(reclaims.begins(now, true, 1)).isTrue();
    reclaims.ended(now);
    assertThat(reclaims.begins(now + SECOND, true, 2)).isFalse();
    assertThat(reclaims.begins(now + 2 * SECOND, true, 2)).isTrue();
  }

  @Test
  void aTenthOfTheTimeAtMost() {
    ReclaimSchedule reclaims = new ReclaimSchedule();
    assertThat(reclaims.begins(0, true, 1)).isTrue();
    reclaims.ended(30 * SECOND);
    assertThat(reclaims.begins(329 * SECOND, true, 2)).isFalse();
    assertThat(reclaims.begins(330 * SECOND, true, 2)).isTrue();
  }
}
