package io.balsa.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The comparison as its users start it, with the stores that need no installation; how fast they are is nobody's concern here. */
@Timeout(300)
class CompareIT {
  private static final Path PROGRAM = Path.of(System.getProperty("balsa.compare"), "bin", "balsa-compare");

  @TempDir
  private Path directory;

  private int compare(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
      return process.exitValue();
    } finally {
      process.destroy();
    }
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(directory.resolve("said").toFile());
    builder.environment().put("BALSA_HOME", Distribution.program().getParent().getParent().toString());
    return builder.start();
  }

  @Test
  void balsaAndZooKeeperAnswerEveryWorkload() throws IOException, InterruptedException {
    Path result = directory.resolve("result");
    int status = compare("--stores", "balsa,zookeeper", "--rounds", "1", "--seconds", "2", "--warmup", "2", "--keys",
        "200", "--watchers", "20", "--kills", "1", "--open-rate", "500", "--dir", result.toString());
    assertThat(status).as(() -> said()).isZero();
    JsonNode figures = new ObjectMapper().readTree(result.resolve("comparison.json").toFile());
    JsonNode workloads = figures.get("workloads");
    assertThat(workloads.get("balsa")).hasSize(6);
    assertThat(workloads.get("zookeeper")).hasSize(4);
    assertThat(figures.get("watched")).as("ZooKeeper tells its watchers no values").hasSize(1);
    assertThat(figures.at("/watched/balsa/watchers").asInt()).isEqualTo(20);
    assertThat(figures.at("/watched/balsa/complete").asBoolean()).as(figures::toPrettyString).isTrue();
    assertThat(figures.at("/watched/balsa/fewest").asLong()).isPositive();
    for (JsonNode gaps : List.of(figures.at("/leaderKilled/balsa"), figures.at("/leaderKilled/zookeeper"))) {
      assertThat(gaps.get("kills").asInt()).isEqualTo(1);
      assertThat(gaps.get("p50Millis").asDouble()).isPositive();
    }
    for (JsonNode open : List.of(figures.at("/open/balsa"), figures.at("/open/zookeeper"))) {
      assertThat(open.get("perSecond").asDouble()).isEqualTo(500);
      assertThat(open.get("failures").asDouble()).isZero();
    }
    for (JsonNode store : workloads) {
      for (JsonNode workload : store) {
        assertThat(workload.get("perSecond").asDouble()).as(figures::toPrettyString).isPositive();
        assertThat(workload.get("p99Micros").asDouble()).isPositive();
        assertThat(workload.get("residentBytes").asDouble()).isPositive();
        assertThat(workload.get("failures").asDouble()).isZero();
      }
    }
    assertThat(result.resolve("comparison.md")).content().contains("| put-64 | zookeeper |")
        .contains("| leader killed, no write for |");
    if (Charts.hindrance().isEmpty()) {
      assertThat(result.resolve("comparison.html")).content().containsPattern("(?s)(<svg.*){5}</html>");
    }
    try (Stream<Path> left = Files.walk(result)) {
      assertThat(left.filter(Files::isRegularFile)).as("no data is left").allMatch(
          file -> file.toString().endsWith(".log") || file.toString().endsWith(".cfg")
              || file.getFileName().toString().startsWith("comparison."));
    }
  }

  @Test
  void redisAnswersWhatItIsAskedAndIsNotKilled() throws IOException, InterruptedException {
    assumeTrue(Subject.REDIS.hindrance().isEmpty(), "redis-server is not installed");
    Path result = directory.resolve("redis");
    int status = compare("--stores", "redis", "--workloads", "put-64,get-64,session-put-1000", "--rounds", "1",
        "--seconds",
        "1", "--warmup", "1", "--keys", "200", "--watchers", "20", "--kills", "1", "--open-rate", "500", "--dir",
        result.toString());
    assertThat(status).as(() -> said()).isZero();
    JsonNode figures = new ObjectMapper().readTree(result.resolve("comparison.json").toFile());
    assertThat(figures.at("/workloads/redis")).as("sessions are Balsa's own").hasSize(2);
    for (JsonNode workload : figures.at("/workloads/redis")) {
      assertThat(workload.get("perSecond").asDouble()).isPositive();
      assertThat(workload.get("failures").asDouble()).isZero();
    }
    assertThat(figures.at("/open/redis/failures").asDouble()).isZero();
    assertThat(figures.get("leaderKilled")).isEmpty();
  }

  @Test
  void whoeverEndsItEndsTheStoresAsWell() throws IOException, InterruptedException {
    Process comparison = start("--stores", "zookeeper", "--rounds", "1", "--warmup", "60", "--keys", "100", "--dir",
        directory.resolve("ended").toString());
    try {
      List<ProcessHandle> nodes = Await.present(Duration.ofMinutes(1),
          () -> Optional.of(comparison.descendants().toList()).filter(started -> started.size() == 3), this::said);
      comparison.destroy();
      assertThat(comparison.waitFor(1, TimeUnit.MINUTES)).isTrue();
      Await.until(Duration.ofSeconds(20), () -> nodes.stream().noneMatch(ProcessHandle::isAlive),
          () -> "these go on: " + nodes);
    } finally {
      comparison.destroyForcibly();
    }
  }

  @Test
  void wrongUseIsToldInALine() throws IOException, InterruptedException {
    assertThat(compare("--workloads", "put-65")).isEqualTo(2);
    assertThat(said()).hasLineCount(1).contains("there is no workload 'put-65'").contains("balsa compare --help");
    assertThat(compare("--stores", "mongodb")).isEqualTo(2);
    assertThat(compare("--rounds", "0")).isEqualTo(2);
  }

  private String said() {
    try {
      return Files.readString(directory.resolve("said")).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
