package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @Test
  void whatItPrintsIsReturned() {
    assertThat(Commands.run("sh", "-c", "echo out; echo err >&2")).isEqualTo("out\nerr\n");
    assertThat(Commands.run(List.of("cat"), "from here\n")).isEqualTo("from here\n");
  }

  @Test
  void aFailureSaysWhichCommandAndWhatItPrinted() {
    assertThatThrownBy(() -> Commands.run("sh", "-c", "echo no such link; exit 3"))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("sh -c").hasMessageContaining("status 3")
        .hasMessageContaining("no such link");
    assertThat(Commands.attempt("false").well()).isFalse();
  }

  @Test
  void inputThatNobodyReadsIsNoFailure() {
    for (int i = 0; i < 50; i++) { // whether the command ends before or after it was told all
      assertThat(Commands.run(List.of("true"), "x".repeat(1 << 20))).isEmpty();
    }
    assertThat(Commands.run(List.of("cat"), "told")).isEqualTo("told");
  }

  @Test
  void aCommandThatDoesNotEndIsEnded() {
    assertThatThrownBy(() -> Commands.attempt(List.of("sleep", "1000"), "", Duration.ofMillis(100)))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("did not end");
  }

  /** A shell that is ended alone leaves its command behind. */
  @Test
  void whatItHasStartedIsEndedWithIt(@TempDir Path directory) throws IOException {
    Path pid = directory.resolve("pid");
    assertThatThrownBy(
        () -> Commands.shell("sleep 1000 & echo $! > $PID_FILE; wait", Map.of("PID_FILE", pid.toString()),
            Duration.ofSeconds(2)))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("did not end");
    long started = Long.parseLong(Files.readString(pid).strip());
    Await.until(Duration.ofSeconds(10), () -> ProcessHandle.of(started).filter(ProcessHandle::isAlive).isEmpty(),
        () -> "process " + started + " goes on");
  }

  @Test
  void programsThatAreMissingAreNamed() {
    assertThat(Commands.missing("sh", "no-such-program", "cat")).containsExactly("no-such-program");
  }
}
