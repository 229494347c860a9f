package io.balsa.jepsen.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.jepsen.site.Mounts.Loop;
import io.balsa.junit.cluster.Await;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed leaves nothing that the next one does not remove; and that touches nothing else. */
@Timeout(300)
class LeftoversIT {
  @TempDir
  private Path killedDirectory;
  @TempDir
  private Path liveDirectory;

  @BeforeAll
  static void requireBoth() {
    Optional<String> reason = Sites.canNamespaces().or(Sites::canMount);
    assumeTrue(reason.isEmpty(), () -> "no namespaces or no disks here: " + reason.orElseThrow());
  }

  @Test
  void theNextRunRemovesAllOfAKilledOneAndNothingOfALiveOne() throws Exception {
    Process killed = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
        System.getProperty("java.class.path"), KilledRun.class.getName(), killedDirectory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (NamespaceSite live = NamespaceSite.open(32 << 20)) {
      live.launcher(1);
      Path data = Files.createDirectories(live.data(liveDirectory, 1));
      String up = new BufferedReader(new InputStreamReader(killed.getInputStream(), UTF_8)).readLine();
      assertThat(up).startsWith("up ");
      long node = Long.parseLong(up.substring("up ".length()));
      List<String> before = namespacesOf(killed.pid());
      assertThat(before).hasSize(2);
      assertThat(disksIn(killedDirectory)).hasSize(2);

      Leftovers.remove();
      assertThat(namespacesOf(killed.pid())).as("it still runs").isEqualTo(before);
      assertThat(disksIn(killedDirectory)).hasSize(2);

      killed.destroyForcibly().waitFor();
      assertThat(ProcessHandle.of(node)).as("what it started lives on").isPresent();
      NamespaceSite.open(32 << 20).close();

      assertThat(namespacesOf(killed.pid())).isEmpty();
      assertThat(disksIn(killedDirectory)).isEmpty();
      // It is dead, and holds nothing any more; its entry goes when the machine's first process has taken note of that.
      Await.until(Duration.ofSeconds(20), () -> ProcessHandle.of(node).filter(ProcessHandle::isAlive).isEmpty(),
          () -> node + " still runs");
      try (Stream<Path> files = Files.walk(killedDirectory)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
      assertThat(namespacesOf(ProcessHandle.current().pid())).hasSize(2);
      assertThat(disksIn(liveDirectory)).hasSize(1);
      Files.writeString(data.resolve("file"), "can be written");
    } finally {
      killed.destroyForcibly().waitFor();
    }
    assertThat(namespacesOf(ProcessHandle.current().pid())).isEmpty();
    assertThat(disksIn(liveDirectory)).isEmpty();
  }

  private static List<String> namespacesOf(long pid) {
    return Namespace.names().stream().filter(name -> RunName.of(name).filter(run -> run.pid() == pid).isPresent())
        .toList();
  }

  private static List<Loop> disksIn(Path directory) {
    return Mounts.loops().stream().filter(loop -> loop.image().startsWith(directory)).toList();
  }
}
