package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyValue;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up: the process stops with the reason, and what was acknowledged is there when it runs again. */
class FullDiskIT {
  /** Room for the log's first segments and a state; small enough to be filled at once. */
  private static final int DISK_MIB = 320;
  private static final int VALUE_BYTES = 100_000;

  @TempDir
  private Path directory;

  private Path disk;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can mount a small disk");
    Path point = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", point.toString()) == 0,
        "mounting is not permitted here");
    disk = point;
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (disk != null) {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void theProcessStopsWithTheReasonAndNothingAcknowledgedIsMissing() throws IOException {
    try (RealCluster cluster = RealCluster.start(disk, 1)) {
      ServerProcess node = cluster.nodes().getFirst();
      Path filler = disk.resolve("filler");
      int acknowledged = 0;
      try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
        client.kv().put("before", "it was full");
        fill(filler);
        try {
          while (acknowledged < DISK_MIB * 20) { // twice what the disk could hold
            client.kv().withTimeout(Duration.ofSeconds(3)).put("full/" + acknowledged, "v".repeat(VALUE_BYTES));
            acknowledged++;
          }
        } catch (BalsaException e) {
          assertThat(e.mayHaveBeenApplied() || !e.reason().isEmpty()).isTrue();
        }
      }
      assertThat(node.awaitEnd(Duration.ofSeconds(20))).as(node.logText()).isEqualTo(1);
      assertThat(node.logText()).containsIgnoringCase("no space left").doesNotContain("\tat ");

      Files.delete(filler);
      node.start();
      cluster.awaitReady();
      try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
        assertThat(client.kv().get("before").map(KeyValue::utf8)).contains("it was full");
        for (int i = 0; i < acknowledged; i++) {
          assertThat(client.kv().get("full/" + i).map(KeyValue::valueSize)).as("full/" + i).contains(VALUE_BYTES);
        }
        client.kv().put("after", "there is room again");
      }
    }
  }

  /** Takes all room that is left. */
  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(filler)) {
      for (boolean room = true; room;) {
        room = write(out, block);
      }
    }
  }

  private static boolean write(OutputStream out, byte[] block) throws IOException {
    try {
      out.write(block);
      return true;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left")) {
        return false;
      }
      throw e;
    }
  }
}
