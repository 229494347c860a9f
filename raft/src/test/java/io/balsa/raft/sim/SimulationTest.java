package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.message.Message;
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
    Campaign campaign = new Campaign(Campaign.SAFETY, Parts.Toy::new, Campaign.REPLAY, System.out);
    campaign.runSeeds(1, SEEDS, Math.max(1, Runtime.getRuntime().availableProcessors()));
    System.out.println(campaign.summary());
    assertThat(campaign.findings()).isEmpty();
    for (FaultKind kind : FaultKind.values()) {
      assertThat(campaign.faults().of(kind)).as("%s over all seeds", kind).isPositive();
    }
    for (SnapshotStep step : SnapshotStep.values()) {
      assertThat(campaign.faults().endedAt(step)).as("processes that ended at %s", step).isPositive();
    }
    assertThat(campaign.faults().statesLost()).isPositive();
    for (MembershipEvent event : MembershipEvent.values()) {
      assertThat(campaign.faults().of(event)).as("%s over all seeds", event).isPositive();
    }
    for (MembershipRejection why : MembershipRejection.values()) {
      if (why != MembershipRejection.TOO_MANY_MEMBERS) { // there are never 64
        assertThat(campaign.faults().of(why)).as("changes refused for %s", why).isPositive();
      }
    }
    for (Class<?> kind : Message.class.getPermittedSubclasses()) {
      assertThat(campaign.faults().delivered(kind)).as("%s delivered", kind.getSimpleName()).isPositive();
    }
  }
}
