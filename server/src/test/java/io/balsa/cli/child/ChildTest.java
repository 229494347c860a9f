package io.balsa.cli.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChildTest {
  @TempDir
  private Path folder;

  private static Child sh(String script, Map<String, String> environment) throws IOException {
    return Child.start(List.of("/bin/sh", "-c", script), environment);
  }

  private static int status(Child child) throws Exception {
    return child.ended().get(30, TimeUnit.SECONDS);
  }

  private long awaitPid(String file) throws IOException {
    Path path = folder.resolve(file);
    while (!Files.exists(path) || !Files.readString(path).endsWith("\n")) {
      LockSupport.parkNanos(5_000_000);
    }
    return Long.parseLong(Files.readString(path).strip());
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void itsOwnStatusAndItsEnvironment() throws Exception {
    assertThat(status(sh("exit $STATUS", Map.of("STATUS", "17")))).isEqualTo(17);
  }

  @Test
  void aSignalIsAStatusAbove128() throws Exception {
    assertThat(status(sh("kill -9 $$", Map.of()))).isEqualTo(128 + 9);
    assertThat(status(sh("kill -15 $$", Map.of()))).isEqualTo(128 + 15);
  }

  @Test
  void whatCannotBeStartedIsToldAtOnce() {
    assertThatThrownBy(() -> Child.start(List.of(folder.resolve("nothing").toString()), Map.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void itsDescendantsEndWithIt() throws Exception {
    Child child = sh("sh -c 'echo $$ >" + folder + "/grandchild; exec sleep 300'; true", Map.of());
    long grandchild = awaitPid("grandchild");
    assertThat(runs(grandchild)).isTrue();
    child.end(Duration.ofSeconds(20));
    assertThat(status(child)).isEqualTo(128 + 15);
    assertThat(runs(grandchild)).isFalse();
  }

  /** A script whose step was ended goes on with the next one, unless it was told first. */
  @Test
  void noStepOfAScriptBeginsBecauseTheOneBeforeItWasEnded() throws Exception {
    for (int i = 0; i < 10; i++) {
      Child child = sh("sh -c 'echo $$ >" + folder + "/step" + i + "; exec sleep 300'; echo on >" + folder + "/next",
          Map.of());
      awaitPid("step" + i);
      child.end(Duration.ofSeconds(20));
      assertThat(status(child)).isEqualTo(128 + 15);
      assertThat(folder.resolve("next")).as("run %d", i).doesNotExist();
    }
  }

  @Test
  void whoDoesNotObeyIsKilledAfterTheGrace() throws Exception {
    Child child = sh("trap '' TERM; echo $$ >" + folder + "/stubborn; while :; do sleep 0.1; done", Map.of());
    awaitPid("stubborn");
    long begin = System.nanoTime();
    child.end(Duration.ofMillis(300));
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(300_000_000L);
    assertThat(status(child)).isEqualTo(128 + 9);
  }

  /** A shell that obeys does not ask what it was waiting for. */
  @Test
  void whatACommandLeavesBehindThatWasToldToEndEndsToo() throws Exception {
    Child child = sh("sh -c 'echo $$ >" + folder + "/left; exec sleep 300'; true", Map.of());
    long left = awaitPid("left");
    child.terminate();
    assertThat(status(child)).isEqualTo(128 + 15);
    child.terminate(); // once more, when nothing of it can be found any more
    assertThat(runs(left)).as("it was not asked").isTrue();
    child.endLeft(Duration.ofSeconds(20));
    assertThat(runs(left)).isFalse();
  }

  @Test
  void whatACommandLeavesBehindThatEndedByItselfIsLeft() throws Exception {
    Child child = sh("sleep 300 & echo $! >" + folder + "/daemon", Map.of());
    assertThat(status(child)).isZero();
    child.endLeft(Duration.ofSeconds(20));
    long daemon = awaitPid("daemon");
    assertThat(runs(daemon)).isTrue();
    ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whoObeysMayEndInOrder() throws Exception {
    Child child = sh("trap 'exit 3' TERM; echo $$ >" + folder + "/orderly; while :; do sleep 0.05; done", Map.of());
    awaitPid("orderly");
    child.terminate();
    assertThat(status(child)).isEqualTo(3);
  }
}
