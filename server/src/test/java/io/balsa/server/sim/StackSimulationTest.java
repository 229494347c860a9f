package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.sim.Campaign;
import io.balsa.raft.sim.Goal;
import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import io.balsa.storage.sim.StateLoss;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The seeds of every build. {@code -Dbalsa.sim.seed=N} replays one with its whole trace in place of them. */
class StackSimulationTest {
  private static final int SEEDS = Integer.getInteger("balsa.sim.seeds", 40);
  static final Duration SAFETY = Duration.ofSeconds(60);
  static final String REPLAY = "mvn -pl server -am test -Dtest=StackSimulationTest "
      + "-Dsurefire.failIfNoSpecifiedTests=false -Dbalsa.sim.seed=%d";
  /** What must have happened over all seeds: a kind of call that is never answered tests nothing. */
  static final List<String> CALLS = List.of("REGISTER_GET", "REGISTER_PUT", "REGISTER_PUT_UNKNOWN", "NODE_GET",
      "NODE_GET_AT_LEADER", "NODE_GET_NO_LEADER", "NODE_GET_STALE", "NODE_GET_STALE_TOO_STALE", "INCREMENT",
      "INCREMENT_UNKNOWN", "OWN_PUT", "OWN_DELETE", "OWN_GET", "OWN_LONG_PUT", "OWN_LONG_PUT_TOO_LONG", "PROBE",
      "PAST_PUT", "PAST_DELETE", "PAST_GET", "PAST_GET_COMPACTED", "PAST_NODE_GET", "PAST_NODE_GET_COMPACTED",
      "COMPACT",
      "COMPACT_COMPACTED",
      "SESSION_LOST", "SESSION_OVER",
      "SESSION_EXPIRED");

  @Test
  void everySeedKeepsEveryInvariantAndRepeats() throws InterruptedException {
    Long seed = Long.getLong("balsa.sim.seed");
    if (seed != null) {
      SimResult result = Simulation.run(seed, SAFETY, Goal.COUNTING, StackParts.of(seed), System.out);
      if (result.violation() != null) {
        throw result.violation();
      }
      return;
    }
    Campaign campaign = new Campaign(
        Campaign.Plan.of(SAFETY, StackParts::of, REPLAY).withGoal(Goal.COUNTING), System.out);
    campaign.runSeeds(1, SEEDS, Runtime.getRuntime().availableProcessors());
    System.out.println(campaign.summary());
    assertThat(campaign.findings()).isEmpty();
    assertThat(campaign.neverHappened(expected())).as("what never happened over all seeds").isEmpty();
    assertThat(campaign.faults().ofStoppedMidway()).as("machines that stopped in the middle of a write").isPositive();
  }

  /** Names of what must have happened over all seeds. */
  static Set<String> expected() {
    Set<String> expected = new TreeSet<>(CALLS);
    for (StateLoss loss : StateLoss.values()) {
      expected.add(loss.name());
    }
    for (ClientFault fault : ClientFault.values()) {
      expected.add(fault.name());
    }
    return expected;
  }
}
