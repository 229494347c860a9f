package io.balsa.server.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.server.config.HistoryLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A8, with a clock of its own. */
class AutoCompactionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private final List<Long> proposed = new ArrayList<>();
  private long now = 17 * SECOND;
  private long revision = 1;
  private long compacted;
  private boolean leads = true;

  private AutoCompaction with(Duration age, long revisions) {
    return new AutoCompaction(new HistoryLimits(age, revisions), target -> {
      proposed.add(target);
      compacted = target;
    });
  }

  /** A second each, with so many changes. */
  private void pass(AutoCompaction auto, long seconds, int changesEach) {
    for (long i = 0; i < seconds; i++) {
      now += SECOND;
      revision += changesEach;
      auto.poll(now, leads, revision, compacted);
    }
  }

  @Test
  void whatIsOlderThanTheAgeGoesAndWhatIsYoungerStays() {
    AutoCompaction auto = with(Duration.ofMinutes(10), 0);
    pass(auto, 599, 1);
    assertThat(proposed).isEmpty();
    pass(auto, 1_200, 1);
    assertThat(proposed).isNotEmpty();
    // A revision a second: what is 10 minutes old stays readable, and not much more.
    assertThat(compacted).isBetween(revision - 620, revision - 600);
  }

  @Test
  void atACalmPace() {
    AutoCompaction auto = with(Duration.ofMinutes(1), 100);
    pass(auto, 600, 50);
    assertThat(proposed).hasSizeBetween(50, 60);
    assertThat(proposed).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whereNothingChangesNothingIsProposed() {
    AutoCompaction auto = with(Duration.ofMinutes(1), 100);
    pass(auto, 30, 1);
    pass(auto, 3_600, 0);
    assertThat(compacted).as("the newest is old by now").isEqualTo(revision);
    int before = proposed.size();
    pass(auto, 3_600, 0);
    assertThat(proposed).hasSize(before);
  }

  @Test
  void byNumberNotForEveryChange() {
    AutoCompaction auto = with(Duration.ZERO, 100_000);
    revision = 100_000;
    pass(auto, 999, 1);
    assertThat(proposed).isEmpty();
    pass(auto, 1, 1);
    assertThat(proposed).containsExactly(1_000L);
    pass(auto, 999, 1);
    assertThat(proposed).hasSize(1);
    AutoCompaction few = with(Duration.ZERO, 100);
    proposed.clear();
    compacted = revision - 100;
    pass(few, 4, 1);
    assertThat(proposed).isEmpty();
    pass(few, 1, 1);
    assertThat(proposed).containsExactly(revision - 100);
  }

  @Test
  void theStricterOfBothCounts() {
    AutoCompaction auto = with(Duration.ofHours(1), 1_000);
    pass(auto, 120, 100);
    assertThat(compacted).isGreaterThanOrEqualTo(revision - 1_000 - 1_000);
    AutoCompaction aged = with(Duration.ofSeconds(20), 1_000_000);
    compacted = 0;
    pass(aged, 60, 100);
    assertThat(compacted).isGreaterThan(revision - 100 * 40);
  }

  @Test
  void turnedOffItDoesNothing() {
    AutoCompaction auto = with(Duration.ZERO, 0);
    pass(auto, 10_000, 1_000);
    assertThat(proposed).isEmpty();
  }

  @Test
  void aFollowerProposesNothingAndAsLeaderKnowsTheAgeOfWhatItHasSeen() {
    AutoCompaction auto = with(Duration.ofMinutes(10), 0);
    leads = false;
    pass(auto, 1_200, 1);
    assertThat(proposed).isEmpty();
    leads = true;
    pass(auto, 1, 1);
    assertThat(compacted).isBetween(revision - 620, revision - 600);
  }

  /** Of what was there before it began it cannot know that it is old. */
  @Test
  void aProcessThatHasJustBegunGivesNothingUpByAge() {
    AutoCompaction auto = with(Duration.ofMinutes(10), 0);
    revision = 1_000_000;
    pass(auto, 599, 1);
    assertThat(proposed).isEmpty();
    pass(auto, 3, 1);
    assertThat(proposed).hasSize(1);
    assertThat(compacted).isBetween(1_000_001L, 1_000_003L);
  }

  @Test
  void whatCameToNothingIsProposedAgain() {
    AutoCompaction lost = new AutoCompaction(new HistoryLimits(Duration.ZERO, 100), proposed::add);
    revision = 1_000;
    pass(lost, 25, 0);
    assertThat(proposed).containsExactly(900L, 900L, 900L);
  }

  @Test
  void theMemoryOfALongAgeIsBounded() {
    AutoCompaction auto = with(Duration.ofHours(1), 0);
    for (int i = 0; i < 200; i++) {
      now += MINUTE;
      revision += 60;
      auto.poll(now, false, revision, 0);
    }
    leads = true;
    pass(auto, 1, 0);
    assertThat(compacted).isEqualTo(revision - 60 * 60);
  }
}
