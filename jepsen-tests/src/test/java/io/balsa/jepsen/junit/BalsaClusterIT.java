package io.balsa.jepsen.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** {@code @BalsaCluster} on classes and methods that pass and fail: {@link Samples}. */
@Timeout(600)
class BalsaClusterIT {
  private static final Pattern KEPT = Pattern.compile("data and logs are kept in (\\S+)");

  /** Of the clusters, so that what is left of them can be counted. */
  @TempDir
  private Path temporary;
  private String temporaryBefore = "";

  @BeforeEach
  void takeATemporaryDirectory() {
    Samples.NODES.clear();
    temporaryBefore = System.setProperty("java.io.tmpdir", temporary.toString());
  }

  @AfterEach
  void nothingRunsAnyMore() {
    System.setProperty("java.io.tmpdir", temporaryBefore);
    assertThat(Samples.NODES).noneMatch(ServerProcess::isAlive);
  }

  private static EngineExecutionResults run(Class<?>... samples) {
    ClassSelector[] selectors = Arrays.stream(samples).map(sample -> selectClass(sample)).toArray(ClassSelector[]::new);
    return EngineTestKit.engine("junit-jupiter").selectors(selectors)
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "same_thread")
        .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent").execute();
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.allEvents().finished().stream()
        .flatMap(
            event -> event.getPayload(TestExecutionResult.class).flatMap(TestExecutionResult::getThrowable).stream())
        .toList();
  }

  private static Throwable failure(EngineExecutionResults results) {
    List<Throwable> failures = failures(results);
    assertThat(failures).hasSize(1);
    return failures.getFirst();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(file -> file.getFileName().toString().startsWith("balsa-")).toList();
    }
  }

  @Test
  void classesAndMethodsThatPassLeaveNothing() throws IOException {
    EngineExecutionResults results = run(Samples.OneForTheClass.class, Samples.OneForAMethod.class,
        Samples.OneInstance.class);
    assertThat(failures(results)).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(3 + 2 + 3);
    assertThat(Samples.NODES).hasSize(3 + 2 + 2).doesNotHaveDuplicates().extracting(ServerProcess::address)
        .doesNotHaveDuplicates();
    assertThat(left()).isEmpty();
  }

  /** What a user needs to see why: how the nodes were, what they said, where the rest of it is. */
  private Path assertTells(Throwable failure, String owner) {
    assertThat(failure.getSuppressed()).as("%s", failure).hasSize(1);
    String told = failure.getSuppressed()[0].getMessage();
    assertThat(told).startsWith("the cluster of " + owner + " after this; ")
        .containsPattern("n1 \\(127\\.[0-9.]+:[0-9]+, runs\\): LEADER, term [0-9]+").contains("\n    ");
    return kept(told);
  }

  private static Path kept(String told) {
    Matcher kept = KEPT.matcher(told);
    assertThat(kept.find()).as(told).isTrue();
    Path directory = Path.of(kept.group(1));
    assertThat(directory.resolve("n1.log")).isNotEmptyFile();
    return directory;
  }

  @Test
  void whatFailsTellsHowTheClusterWasAndKeepsItsFiles() throws IOException {
    EngineExecutionResults results = run(Samples.OneFails.class, Samples.OneOfTwoMethodsFails.class,
        Samples.ADynamicTestFails.class, Samples.TheConstructorFails.class);
    List<Path> kept = new ArrayList<>();
    for (Throwable failure : failures(results)) {
      if (failure instanceof org.opentest4j.TestAbortedException) {
        assertThat(failure.getSuppressed()).isEmpty();
      } else if (failure instanceof AssertionError) {
        assertThat(failure).hasMessageContaining("[sold]");
        kept.add(assertTells(failure, "OneFails"));
      } else {
        assertThat(failure).hasMessage("it did");
        kept.add(kept(failure.getSuppressed()[0].getMessage()));
      }
    }
    assertThat(kept).hasSize(4).containsExactlyInAnyOrderElementsOf(left());
    assertThat(kept.stream().map(path -> path.getFileName().toString().replaceFirst("-[0-9]+$", "")))
        .containsExactlyInAnyOrder("balsa-OneFails", "balsa-OneOfTwoMethodsFails.fails", "balsa-ADynamicTestFails",
            "balsa-TheConstructorFails");
  }

  @Test
  void aServerThatDoesNotStartSaysWhy() throws IOException {
    Throwable failure = failure(run(Samples.ItDoesNotStart.class));
    assertThat(failure).isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the cluster of ItDoesNotStart did not start; ")
        .hasMessageContainingAll("n1 ended before it was ready", "ended by itself, status 2", "--no-such-flag");
    assertThat(left()).containsExactly(kept(failure.getMessage()));
  }

  @Test
  void aNodeThatCrashesIsNotPassedOver() throws IOException {
    EngineExecutionResults results = run(Samples.ANodeCrashes.class);
    assertThat(results.testEvents().succeeded().count()).isEqualTo(1);
    Throwable failure = failure(results);
    assertThat(failure).hasMessageContainingAll("n1 has ended, and nobody told it to", "ended by itself, status 137");
    assertThat(left()).containsExactly(kept(failure.getSuppressed()[0].getMessage()));
  }

  /** However the JVM of the tests ends, and although a server that stands still cannot see that. */
  @Test
  void noServerOutlivesTheJvm(@TempDir Path directory) throws IOException, InterruptedException {
    Path pids = directory.resolve("pids");
    Process jvm = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
        System.getProperty("java.class.path"), "-Dbalsa.dist=" + System.getProperty("balsa.dist"),
        OneThatIsKilled.class.getName(), directory.toString(), pids.toString())
        .redirectErrorStream(true).redirectOutput(directory.resolve("jvm.log").toFile()).start();
    try {
      Await.until(Duration.ofMinutes(2), () -> Files.exists(pids), () -> "it does not start: " + directory);
    } finally {
      jvm.destroyForcibly().waitFor();
    }
    List<ProcessHandle> servers = Files.readAllLines(pids).stream().map(Long::valueOf).map(ProcessHandle::of)
        .flatMap(server -> server.stream()).toList();
    Await.until(Duration.ofMinutes(1), () -> servers.stream().noneMatch(ProcessHandle::isAlive),
        () -> "still there: " + servers.stream().filter(ProcessHandle::isAlive).toList());
  }
}
