package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.workload.Load;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link KillIT} goes on where a node changes more than it appends: SIGKILL while a snapshot is sent and installed, and while the
 * logs are compacted, under load. Nothing acknowledged is lost, and the nodes hold equal states. The seed draws the moments;
 * give it back with {@code -Dbalsa.seed=...}.
 */
class KillInSnapshotIT {
  private static final int WINDOW = 8;
  private static final Duration MOST = Duration.ofSeconds(90);
  private static final String[] SHORT_LOG = {"--log-keep-entries", "500", "--log-segment-bytes", "262144",
      "--log-flush-bytes", "262144"};
  /** Enough for the install to take a moment that can be hit. */
  private static final int BALLAST_KEYS = 400;
  private static final int BALLAST_BYTES = 100_000;
  private static final int DELAY_MILLIS_MAX = 40;
  private static final int ROUNDS_MAX = 4;

  /** Who is killed while a node without its state gets a snapshot. */
  private enum Victim {
    RECEIVER,
    LEADER,
    ALL
  }

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int hits;

  @Test
  @Timeout(900)
  void killsDuringSnapshotInstallAndLogCompaction(@TempDir Path directory) throws InterruptedException {
    System.out.println("KillInSnapshotIT: seed " + seed);
    try (RealCluster cluster = RealCluster.start(directory, 3, SHORT_LOG);
        Load load = Load.mixed(cluster.endpoints(), WINDOW)) {
      try {
        ballast(cluster);
        load.start();
        for (Victim victim : Victim.values()) {
          boolean hit = false;
          for (int round = 0; !hit && round < ROUNDS_MAX; round++) {
            hit = duringInstall(cluster, load, victim);
          }
          hits += hit ? 1 : 0;
        }
        duringCompaction(cluster, load);
        assertThat(load.check()).isEmpty();
        assertThat(hits).as("kills while a snapshot was on its way").isPositive();
        System.out.println("KillInSnapshotIT: " + hits + " of 3 kills hit a snapshot on its way; " + load);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + cluster.describe(), e);
      }
    }
  }

  /** Bytes that do not compress. */
  private void ballast(RealCluster cluster) {
    try (BalsaClient client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(MOST).build()) {
      List<CompletableFuture<?>> puts = new ArrayList<>();
      for (int i = 0; i < BALLAST_KEYS; i++) {
        byte[] value = new byte[BALLAST_BYTES];
        random.nextBytes(value);
        puts.add(client.kv().putAsync("ballast/" + i, value));
        if (puts.size() == 16) {
          puts.forEach(CompletableFuture::join);
          puts.clear();
        }
      }
      puts.forEach(CompletableFuture::join);
    }
  }

  /** @return whether the kill came while the snapshot was on its way; a fast machine may have installed it before */
  private boolean duringInstall(RealCluster cluster, Load load, Victim victim) throws InterruptedException {
    load.awaitMore(1000);
    ServerProcess receiver = cluster.awaitFollower();
    NodeFiles files = NodeFiles.of(receiver);
    NodeStatus before = cluster.awaitStatus(receiver, "its log was not compacted",
        status -> status.firstIndex() > 1 && files.isLogCutOff());
    receiver.kill();
    receiver.awaitEnd(MOST);
    String lost = files.directory();
    files.deleteState();
    // Asked for now: later, the answer would take longer than the snapshot.
    ServerProcess leader = cluster.awaitLeader();
    receiver.start();
    Await.until(MOST, () -> files.isReceiving() || !files.directory().equals(lost),
        () -> "no snapshot comes\n" + cluster.describe());
    LockSupport.parkNanos(random.nextInt(DELAY_MILLIS_MAX) * 1_000_000L);
    List<ServerProcess> killed = switch (victim) {
      case RECEIVER -> List.of(receiver);
      case LEADER -> List.of(leader);
      case ALL -> cluster.nodes();
    };
    killed.forEach(ServerProcess::kill);
    killed.forEach(node -> node.awaitEnd(MOST));
    boolean hit = files.isReceiving();
    killed.forEach(ServerProcess::start);
    cluster.awaitReady();
    Await.until(MOST, () -> !files.directory().equals(lost) && files.snapshot() >= before.firstIndex() - 1,
        () -> "what was deleted did not come by a snapshot\n" + cluster.describe());
    load.awaitMore(100);
    statesAreEqual(cluster, load);
    return hit;
  }

  /** All at once, right after the log of one has become shorter. */
  private void duringCompaction(RealCluster cluster, Load load) throws InterruptedException {
    ServerProcess node = cluster.awaitFollower();
    long first = cluster.awaitStatus(node, "it does not answer", status -> true).firstIndex();
    cluster.awaitStatus(node, "its log was not compacted", status -> status.firstIndex() > first);
    cluster.nodes().forEach(ServerProcess::kill);
    cluster.nodes().forEach(killed -> killed.awaitEnd(MOST));
    cluster.nodes().forEach(ServerProcess::start);
    cluster.awaitReady();
    load.awaitMore(100);
    statesAreEqual(cluster, load);
  }

  private static void statesAreEqual(RealCluster cluster, Load load) throws InterruptedException {
    load.pause();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct())
        .as("state hashes at one index").hasSize(1);
    load.resume();
  }
}
