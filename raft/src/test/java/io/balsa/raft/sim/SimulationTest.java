package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The seeds of every build. {@code -Dbalsa.sim.seed=N} replays one with its whole trace in place of them. */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("balsa.sim.seeds", 300);

  @Test
  void everySeedKeepsEveryInvariantAndRepeats() throws InterruptedException {
    Long seed = Long.getLong("balsa.sim.seed");
    if (seed != null) {
      SimResult result = Simulation.run(seed, Campaign.SAFETY, new Parts.Toy(), System.out);
      if (result.violation() != null) {
        throw result.violation();
      }
      return;
    }
    Campaign campaign = new Campaign(
        Campaign.Plan.of(Campaign.SAFETY, unused -> new Parts.Toy(), Campaign.REPLAY), System.out);
    campaign.runSeeds(1, SEEDS, Math.max(1, Runtime.getRuntime().availableProcessors()));
    System.out.println(campaign.summary());
    assertThat(campaign.findings()).isEmpty();
    assertThat(campaign.neverHappened(Set.of())).as("what never happened over all seeds").isEmpty();
    assertThat(campaign.faults().statesLost()).isNotEmpty();
    assertThat(campaign.faults().followerReads()).isPositive();
    assertThat(campaign.faults().membershipNeverHappened()).as("what never happened to members").isEmpty();
  }
}
