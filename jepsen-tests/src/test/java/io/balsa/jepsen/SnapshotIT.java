package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.RangeOption;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.RealCluster;
import io.balsa.jepsen.cluster.ServerProcess;
import io.balsa.jepsen.workload.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups: taken while clients write, and made into a new cluster. */
@Timeout(600)
class SnapshotIT {
  private static final int WINDOW = 16;
  /** So short that what a node has lost is in no log any more. */
  private static final String[] SHORT_LOG = {"--log-keep-entries", "500", "--log-segment-bytes", "262144",
      "--log-flush-bytes", "262144"};

  @TempDir
  private Path directory;

  @Test
  void aBackupTakenUnderLoadIsWhatTheStoreWasAndMakesANewCluster() throws IOException, InterruptedException {
    Path backup = directory.resolve("backup");
    try (RealCluster cluster = RealCluster.start(directory.resolve("old"), 3, SHORT_LOG);
        Load load = Load.mixed(cluster.endpoints(), WINDOW);
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
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
      try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
        assertThat(rows(client)).isEqualTo(wanted);
        assertThat(client.kv().put("new", "life").revision()).isGreaterThan(revision + 1_000_000_000L);
        assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
      }
    }
    assertThat(Files.exists(backup)).isTrue();
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
