package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.cluster.Await;
import io.balsa.jepsen.cluster.RealCluster;
import io.balsa.jepsen.cluster.ServerProcess;
import io.balsa.jepsen.workload.Increments;
import io.balsa.jepsen.workload.Outcome;
import io.balsa.jepsen.workload.UniqueWrites;
import io.balsa.jepsen.workload.Writer;
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
  private static final Duration QUIET_MOST = Duration.ofSeconds(90);
  private static final Duration PROGRESS_MOST = Duration.ofSeconds(90);

  /** Whom a round kills. */
  private enum Victim {
    LEADER,
    ANY,
    ALL
  }

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Writer> writers = new ArrayList<>();
  private int leadersKilled;

  @Test
  @Timeout(900)
  void nothingAcknowledgedIsLostAndNothingIsAppliedTwice(@TempDir Path directory) throws InterruptedException {
    System.out.println("KillIT: seed " + seed);
    try (RealCluster cluster = RealCluster.start(directory, NODES)) {
      String endpoints = cluster.endpoints();
      writers.add(new UniqueWrites("put-1", endpoints, true, WINDOW));
      writers.add(new UniqueWrites("put-2", endpoints, true, WINDOW));
      writers.add(new Increments("incr-1", endpoints, true, WINDOW));
      writers.add(new Increments("incr-2", endpoints, true, WINDOW));
      writers.add(new UniqueWrites("put-unary", endpoints, false, WINDOW));
      writers.add(new Increments("incr-unary", endpoints, false, WINDOW));
      writers.forEach(Writer::start);
      try {
        for (Victim victim : victims()) {
          round(cluster, victim);
        }
        assertThat(leadersKilled).as("rounds that hit the leader").isGreaterThanOrEqualTo(8);
        checkWrites(endpoints);
        System.out.println("KillIT: " + ROUNDS + " rounds, " + leadersKilled + " hit the leader; acknowledged "
            + count(Outcome.ACKNOWLEDGED) + ", unknown " + count(Outcome.UNKNOWN) + ", not done "
            + count(Outcome.NOT_DONE));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + cluster.describe(), e);
      } finally {
        writers.forEach(Writer::close);
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

  private void round(RealCluster cluster, Victim victim) throws InterruptedException {
    awaitMoreWrites(50 + random.nextInt(1500));
    ServerProcess leader = cluster.awaitLeader();
    List<ServerProcess> killed = switch (victim) {
      case ALL -> cluster.nodes();
      case LEADER -> List.of(leader);
      case ANY -> List.of(cluster.nodes().get(random.nextInt(NODES)));
    };
    int inFlight = writers.stream().mapToInt(Writer::inFlight).sum();
    killed.forEach(ServerProcess::kill);
    killed.forEach(node -> node.awaitEnd(Duration.ofSeconds(10)));
    assertThat(inFlight).as("writes in flight when %s was killed", victim).isPositive();
    leadersKilled += killed.contains(leader) ? 1 : 0;
    if (victim != Victim.ALL) {
      awaitMoreWrites(random.nextInt(500)); // the others go on without it
    }
    killed.forEach(ServerProcess::start);
    cluster.awaitReady();
    statesAreEqual(cluster);
  }

  /** With nothing in flight; then the load goes on. */
  private void statesAreEqual(RealCluster cluster) throws InterruptedException {
    writers.forEach(Writer::pause);
    for (Writer writer : writers) {
      writer.awaitQuiet(QUIET_MOST);
    }
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct())
        .as("state hashes at one index").hasSize(1);
    writers.forEach(Writer::resume);
  }

  private void awaitMoreWrites(int more) {
    long wanted = count(Outcome.ACKNOWLEDGED) + more;
    Await.until(PROGRESS_MOST, () -> count(Outcome.ACKNOWLEDGED) >= wanted, () -> "writes do not go on");
  }

  private long count(Outcome outcome) {
    return writers.stream().mapToLong(writer -> writer.count(outcome)).sum();
  }

  private void checkWrites(String endpoints) throws InterruptedException {
    writers.forEach(Writer::pause);
    for (Writer writer : writers) {
      writer.awaitQuiet(QUIET_MOST);
    }
    try (BalsaClient reader = BalsaClient.connect(endpoints)) {
      for (Writer writer : writers) {
        assertThat(writer.check(reader.unaryKv())).isEmpty();
      }
    }
  }
}
