package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessStateTest {
  @Test
  void theLetterStandsBehindTheNameWhateverThatHolds() {
    assertThat(ProcessState.letter("17 (java) S 1 17 17 0")).isEqualTo('S');
    assertThat(ProcessState.letter("17 (a) T (b) R 1 17 17 0")).isEqualTo('R');
  }

  @Test
  void aProcessIsSeenToRunToStandAndToBeGone() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "60").start();
    long pid = process.pid();
    assertThat(ProcessState.of(pid)).isIn('S', 'R', 'D');
    assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor()).isZero();
    Await.until(Duration.ofSeconds(10), () -> ProcessState.of(pid) == ProcessState.STOPPED,
        () -> "state " + ProcessState.of(pid));
    assertThat(process.destroyForcibly().waitFor()).isPositive();
    Await.until(Duration.ofSeconds(10), () -> ProcessState.of(pid) == ProcessState.NONE,
        () -> "state " + ProcessState.of(pid));
  }
}
