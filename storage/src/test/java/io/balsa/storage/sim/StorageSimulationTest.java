package io.balsa.storage.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.sim.Campaign;
import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The seeds of every build. {@code -Dbalsa.sim.seed=N} replays one with its whole trace in place of them. */
class StorageSimulationTest {
  private static final int SEEDS = Integer.getInteger("balsa.sim.seeds", 100);
  static final Duration SAFETY = Duration.ofSeconds(30);
  static final String REPLAY = "mvn -pl storage -am test -Dtest=StorageSimulationTest "
      + "-Dsurefire.failIfNoSpecifiedTests=false -Dbalsa.sim.seed=%d";

  @Test
  void everySeedKeepsEveryInvariantAndRepeats() throws InterruptedException {
    Long seed = Long.getLong("balsa.sim.seed");
    if (seed != null) {
      SimResult result = Simulation.run(seed, SAFETY, new StorageParts(), System.out);
      if (result.violation() != null) {
        throw result.violation();
      }
      return;
    }
    Campaign campaign = new Campaign(Campaign.Plan.of(SAFETY, unused -> new StorageParts(), REPLAY), System.out);
    campaign.runSeeds(1, SEEDS, Runtime.getRuntime().availableProcessors());
    System.out.println(campaign.summary());
    assertThat(campaign.findings()).isEmpty();
    assertThat(campaign.faults().neverHappened()).as("what never happened over all seeds").isEmpty();
    assertThat(campaign.faults().ofStoppedMidway()).as("machines that stopped in the middle of a write").isPositive();
    for (StateLoss loss : StateLoss.values()) {
      assertThat(campaign.faults().statesLost()).as("what befell states over all seeds").containsKey(loss.name());
    }
  }
}
