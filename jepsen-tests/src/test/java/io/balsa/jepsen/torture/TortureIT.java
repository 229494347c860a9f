package io.balsa.jepsen.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyRange;
import io.balsa.jepsen.site.Sites;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The failure suite as its users start it: short runs, one on each backend, and one that must find a bug that was planted. The seed is
 * told by the program; give it back with {@code -Dbalsa.seed=...}. What a run that is not valid has left is kept in {@code
 * target/torture-runs}.
 */
@Timeout(600)
class TortureIT {
  private static final Path HOME = Path.of(System.getProperty("balsa.torture"));
  private static final Path KEPT = Path.of("target", "torture-runs").toAbsolutePath();
  private static final Path DIST = Distribution.program().getParent().getParent();
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private final long seed = Long.getLong("balsa.seed", System.nanoTime() & 0xff_ffff);

  @Test
  void valid_onProxies_whichNeedNoRoot() throws IOException, InterruptedException {
    Path run = KEPT.resolve("proxies-" + seed);
    int status = torture(run, "--workload", "register", "--nemesis", "partition-leader,pause-leader", "--seconds", "40",
        "--seconds-most", "240", "--backend", "proxies", "--seed", Long.toString(seed));
    assertValid(run, status, "proxies");
  }

  @Test
  void valid_inNamespaces_powerLossIncluded() throws IOException, InterruptedException {
    assumeTrue(Sites.canNamespaces().isEmpty(), "namespaces need root");
    Path run = KEPT.resolve("namespaces-" + seed);
    int status = torture(run, "--workload", "bank", "--nemesis", "partition-leader-alone,kill-leader,power-all",
        "--seconds", "45", "--seconds-most", "240", "--backend", "namespaces", "--seed", Long.toString(seed));
    assertValid(run, status, "namespaces");
  }

  /** What once held a lock writes under its fence for ever: a bug that is planted into the servers. */
  @Test
  void invalid_whereFencesAreNotChecked(@TempDir Path directory) throws IOException, InterruptedException {
    Path planted = directory.resolve("planted");
    assertThat(run(List.of(ROOT.resolve("jepsen-tests/src/build/plant.sh").toString(), DIST.toString(),
        planted.toString(), ROOT.resolve("server/src/mutants/fence-not-checked.patch").toString()))).isZero();
    Path run = KEPT.resolve("planted-" + seed);
    int status = torture(run, "--workload", "lock", "--nemesis", "kill-leader", "--seconds", "12", "--backend",
        "proxies", "--dist", planted.toString(), "--seed", Long.toString(seed));
    assertThat(status).as("see %s", run).isEqualTo(ExitStatus.INVALID);
    assertThat(summary(run).get("verdict").asText()).isEqualTo("INVALID");
  }

  /** A cluster that is there, and goes on afterwards; its user allows that nodes stand still. */
  @Test
  void valid_atAClusterOfSomebody_whoAllowsSomeFaults(@TempDir Path directory)
      throws IOException, InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory.resolve("nodes"), 3)) {
      for (ServerProcess node : cluster.nodes()) {
        Files.writeString(directory.resolve(node.id() + ".pid"), Long.toString(node.pid()));
      }
      Path faults = Files.writeString(directory.resolve("faults.yaml"), """
          faults:
            pause-leader:
              family: pause
              victims: leader
              install: kill -STOP $(cat DIR/$NODE_ID.pid)
              check: grep -q '^State:.T' /proc/$(cat DIR/$NODE_ID.pid)/status
              undo: kill -CONT $(cat DIR/$NODE_ID.pid)
              hold-seconds: [4, 5]
          logs: cat DIR/nodes/$NODE_ID.log
          """.replace("DIR", directory.toString()));
      Path run = KEPT.resolve("existing-" + seed);
      int status = torture(run, "--endpoints", cluster.endpoints(), "--faults", faults.toString(), "--workload",
          "counter", "--seconds", "16", "--seconds-most", "120", "--rate", "100", "--seed", Long.toString(seed));
      assertValid(run, status, "an existing cluster");
      assertThat(summary(run).get("states").asText()).isEqualTo("EQUAL");
      assertThat(summary(run).get("faults").findValuesAsText("state")).hasSizeGreaterThanOrEqualTo(2)
          .containsOnly("INSTALLED");
      assertThat(filesNamed(run, "n2.log").get(0)).content().contains("serves clients");
      try (BalsaClient client = cluster.client().build()) {
        assertThat(client.kv().range(KeyRange.all()).stream()).as("nothing is left of the run").isEmpty();
      }
    }
  }

  private static void assertValid(Path run, int status, String backend) throws IOException {
    assertThat(status).as("see %s", run).isEqualTo(ExitStatus.VALID);
    JsonNode summary = summary(run);
    assertThat(summary.get("verdict").asText()).isEqualTo("VALID");
    assertThat(summary.get("backend").asText()).isEqualTo(backend);
  }

  private static JsonNode summary(Path run) throws IOException {
    List<Path> summaries = filesNamed(run, "summary.json");
    assertThat(summaries).hasSize(1);
    return new ObjectMapper().readTree(summaries.get(0).toFile());
  }

  private static List<Path> filesNamed(Path run, String name) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files.filter(file -> file.endsWith(name)).toList();
    }
  }

  private int torture(Path run, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(
        List.of(HOME.resolve("bin/balsa-torture").toString(), "--dir", run.toString()));
    command.addAll(Arrays.asList(arguments));
    return run(command);
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("BALSA_HOME", DIST.toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
      return process.exitValue();
    } finally {
      process.destroy();
    }
  }
}
