package io.balsa.jepsen.checker.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.checker.append.WeakStore.Isolation;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Stores that promise less are told from one that is strictly serializable, by the anomalies that each permits and no
 * others. So a guard that Balsa would leave out could be seen.
 */
class WeakStoreTest {
  private static final int SEEDS = 30;

  private static Set<Anomaly> anomalies(Isolation isolation) {
    Set<Anomaly> all = EnumSet.noneOf(Anomaly.class);
    for (long seed = 0; seed < SEEDS; seed++) {
      anomalies(isolation, seed).forEach(all::add);
    }
    return all;
  }

  private static Stream<Anomaly> anomalies(Isolation isolation, long seed) {
    return ListAppendChecker.check(WeakStore.history(isolation, seed, 6, 300)).findings().stream()
        .map(Finding::anomaly);
  }

  @Test
  void whereAllThatWasReadIsGuardedNothingIsWrong() {
    assertThat(anomalies(Isolation.GUARDED)).isEmpty();
  }

  @Test
  void snapshotIsolationHasWriteSkew() {
    assertThat(anomalies(Isolation.ONLY_WRITES_GUARDED)).contains(Anomaly.G2)
        .isSubsetOf(EnumSet.of(Anomaly.G2, Anomaly.G2_REALTIME));
    for (long seed = 0; seed < SEEDS; seed++) {
      assertThat(anomalies(Isolation.ONLY_WRITES_GUARDED, seed)).as("seed %d", seed).isNotEmpty();
    }
  }

  @Test
  void staleReadsAreWrongByTheClockOnly() {
    assertThat(anomalies(Isolation.GUARDED_WITH_STALE_READS)).contains(Anomaly.G_SINGLE_REALTIME)
        .isSubsetOf(EnumSet.of(Anomaly.G_SINGLE_REALTIME, Anomaly.G2_REALTIME));
  }

  @Test
  void putsWithoutGuardsLoseAppends() {
    assertThat(anomalies(Isolation.UNGUARDED)).contains(Anomaly.LOST_APPEND, Anomaly.INCOMPATIBLE_ORDER);
  }
}
