package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.workload.Load;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments under load. What was acknowledged is there afterwards, nothing was applied twice, and the nodes
 * hold equal states. The seed draws the moments and the victims; give it back with {@code -Dbalsa.seed=...}.
 */
class KillIT {
  private static final int NODES = 3;
  private static final int ROUNDS = 20;
  private static final int WINDOW = 16;

  /** Whom a round kills. */
  private enum Victim {
    LEADER,
    ANY,
    ALL
  }

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int leadersKilled;

  @Test
  @Timeout(900)
  void nothingAcknowledgedIsLostAndNothingIsAppliedTwice(@TempDir Path directory) throws InterruptedException {
    System.out.println("KillIT: seed " + seed);
    try (RealCluster cluster = RealCluster.start(directory, NODES);
        Load load = Load.mixed(cluster.endpoints(), WINDOW)) {
      load.start();
      try {
        for (Victim victim : victims()) {
          round(cluster, load, victim);
        }
        assertThat(leadersKilled).as("rounds that hit the leader").isGreaterThanOrEqualTo(8);
        assertThat(load.check()).isEmpty();
        System.out.println("KillIT: " + ROUNDS + " rounds, " + leadersKilled + " hit the leader; " + load);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + cluster.describe(), e);
      }
    }
  }

  private List<Victim> victims() {
    List<Victim> victims = new ArrayList<>(Collections.nCopies(4, Victim.ALL));
    victims.addAll(Collections.nCopies(9, Victim.LEADER));
    victims.addAll(Collections.nCopies(ROUNDS - victims.size(), Victim.ANY));
    Collections.shuffle(victims, random);
    return victims;
  }

  private void round(RealCluster cluster, Load load, Victim victim) throws InterruptedException {
    load.awaitMore(50 + random.nextInt(1500));
    ServerProcess leader = cluster.awaitLeader();
    List<ServerProcess> killed = switch (victim) {
      case ALL -> cluster.nodes();
      case LEADER -> List.of(leader);
      case ANY -> List.of(cluster.nodes().get(random.nextInt(NODES)));
    };
    int inFlight = load.inFlight();
    killed.forEach(ServerProcess::kill);
    killed.forEach(node -> node.awaitEnd(Duration.ofSeconds(10)));
    assertThat(inFlight).as("writes in flight when %s was killed", victim).isPositive();
    leadersKilled += killed.contains(leader) ? 1 : 0;
    if (victim != Victim.ALL) {
      load.awaitMore(random.nextInt(500)); // the others go on without it
    }
    killed.forEach(ServerProcess::start);
    cluster.awaitReady();
    load.pause();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct())
        .as("state hashes at one index").hasSize(1);
    load.resume();
  }
}
