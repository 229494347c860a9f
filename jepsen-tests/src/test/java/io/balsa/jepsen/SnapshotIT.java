package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.RangeOption;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.workload.Load;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots between nodes, and backups: taken, sent and installed while clients write. */
@Timeout(600)
class SnapshotIT {
  private static final int WINDOW = 16;
  /** So short that what a node has lost is in no log any more. */
  private static final String[] SHORT_LOG = {"--log-keep-entries", "500", "--log-segment-bytes", "262144",
      "--log-flush-bytes", "262144"};
  private static final Duration MOST = Duration.ofMinutes(2);

  @TempDir
  private Path directory;

  /** I3: log and hard state are whole, so the node stays itself and gets its state from the leader. */
  @Test
  void stateThatIsMissingOrDamagedComesBackByASnapshotWhileTheLoadGoesOn() throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3, SHORT_LOG);
        Load load = Load.mixed(cluster.endpoints(), WINDOW)) {
      load.start();
      repair(cluster, load, NodeFiles::deleteState);
      repair(cluster, load, NodeFiles::damageState);
      assertThat(load.check()).isEmpty();
      System.out.println("SnapshotIT: two repairs; " + load);
    }
  }

  private static void repair(RealCluster cluster, Load load, Consumer<NodeFiles> harm) throws InterruptedException {
    load.awaitMore(2000);
    ServerProcess victim = cluster.awaitFollower();
    // Its own log would bring the state back as long as it begins at the first entry.
    NodeFiles files = NodeFiles.of(victim);
    NodeStatus before = cluster.awaitStatus(victim, "its log was not compacted",
        status -> status.firstIndex() > 1 && files.isLogCutOff());
    victim.kill();
    victim.awaitEnd(MOST);
    String lost = files.directory();
    harm.accept(files);
    victim.start();
    load.awaitMore(500);
    cluster.awaitReady();
    Await.until(MOST, () -> !files.directory().equals(lost) && files.snapshot() >= before.firstIndex() - 1,
        () -> victim.id() + " got no snapshot\n" + cluster.describe());
    statesAreEqual(cluster, load);
  }

  /** A node that was away until the log had moved on. */
  @Test
  void aNodeThatIsTooFarBehindGetsASnapshot() throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3, SHORT_LOG);
        Load load = Load.mixed(cluster.endpoints(), WINDOW)) {
      load.start();
      load.awaitMore(1000);
      ServerProcess late = cluster.awaitFollower();
      long had = cluster.status(late).orElseThrow().lastIndex();
      late.kill();
      late.awaitEnd(MOST);
      for (ServerProcess node : cluster.nodes()) {
        if (node.isAlive()) {
          cluster.awaitStatus(node, "its log was not compacted", status -> status.firstIndex() > had + 1);
        }
      }
      late.start();
      cluster.awaitReady();
      Await.until(MOST, () -> NodeFiles.of(late).snapshot() > had, () -> "no snapshot\n" + cluster.describe());
      statesAreEqual(cluster, load);
      assertThat(load.check()).isEmpty();
    }
  }

  private static void statesAreEqual(RealCluster cluster, Load load) throws InterruptedException {
    load.pause();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct())
        .as("state hashes at one index").hasSize(1);
    load.resume();
  }

  @Test
  void aBackupTakenUnderLoadIsWhatTheStoreWasAndMakesANewCluster() throws IOException, InterruptedException {
    Path backup = directory.resolve("backup");
    try (RealCluster cluster = RealCluster.start(directory.resolve("old"), 3, SHORT_LOG);
        Load load = Load.mixed(cluster.endpoints(), WINDOW);
        BalsaClient client = connect(cluster)) {
      Program balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      load.start();
      load.awaitMore(3000);
      client.kv().put("before", "the backup began");
      Program.Run save = balsa.run("snapshot", "save", backup.toString());
      assertThat(save.status()).as(save.err()).isZero();
      client.kv().put("after", "the backup ended");
      load.awaitMore(100); // it stopped nobody
      JsonNode status = new ObjectMapper().readTree(done(balsa, "snapshot", "status", backup.toString(), "-o", "json"));
      long revision = status.get("revision").asLong();
      assertThat(status.get("clusterId").asText()).isEqualTo(
          HexFormat.of().toHexDigits(cluster.status(cluster.awaitLeader()).orElseThrow().clusterId()));
      assertThat(load.check()).isEmpty();

      Map<String, String> wanted = rows(client, RangeOption.atRevision(revision));
      assertThat(wanted).containsKey("before").doesNotContainKey("after").hasSizeGreaterThan(1000);
      restore(backup, wanted, revision);
    }
  }

  /** E4: another cluster, with the same keys, far above the old revision. */
  private void restore(Path backup, Map<String, String> wanted, long revision) throws IOException {
    try (RealCluster cluster = RealCluster.of(directory.resolve("new"), 3)) {
      Program balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      for (ServerProcess node : cluster.nodes()) {
        done(balsa, "snapshot", "restore", backup.toString(), "--data", node.data().toString());
      }
      cluster.startAll();
      assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
      try (BalsaClient client = connect(cluster)) {
        assertThat(rows(client)).isEqualTo(wanted);
        assertThat(client.kv().put("new", "life").revision()).isGreaterThan(revision + 1_000_000_000L);
        assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
      }
    }
    assertThat(Files.exists(backup)).isTrue();
  }

  private static BalsaClient connect(RealCluster cluster) {
    return BalsaClient.builder().endpoints(cluster.endpoints()).timeout(MOST).build();
  }

  private static String done(Program balsa, String... arguments) {
    Program.Run run = balsa.run(arguments);
    assertThat(run.status()).as(run.err()).isZero();
    return run.out();
  }

  /** Every key with its value and what belongs to it. */
  private static Map<String, String> rows(BalsaClient client, RangeOption... options) {
    Map<String, String> rows = new TreeMap<>();
    for (KeyValue row : client.kv().range(KeyRange.all(), options)) {
      rows.put(row.keyUtf8(), row.utf8() + " version " + row.version() + " created " + row.createRevision());
    }
    return rows;
  }
}
