package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailStopTest {
  private static final NodeId N1 = new NodeId("n1");

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> halted = new ArrayList<>();
  private final FailStop failStop = new FailStop(new PrintStream(err, true, StandardCharsets.UTF_8), halted::add);

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void saysWhyInOneLineAndHalts() {
    failStop.fatal(N1, "n1-log",
        new UncheckedIOException(new IOException("disk full: no space left to write segment-1")));
    assertThat(said()).isEqualTo("balsa: node n1 stops: disk full: no space left to write segment-1 (in n1-log)\n");
    assertThat(halted).containsExactly(FailStop.EXIT_STATUS);
  }

  @Test
  void theFirstFailureCounts() {
    failStop.fatal(N1, "n1-log", new IOException("first"));
    failStop.fatal(N1, "n1-apply", new IOException("second"));
    assertThat(said()).contains("first").doesNotContain("second");
    assertThat(halted).hasSize(1);
  }

  @Test
  void anUncaughtExceptionInAThreadOfTheServerEndsTheProcess() throws Exception {
    Thread thread = failStop.threads(N1, "reader").newThread(() -> {
      throw new IllegalStateException("a defect");
    });
    thread.start();
    thread.join();
    assertThat(said()).contains("IllegalStateException: a defect", "n1-reader-1");
    assertThat(halted).containsExactly(FailStop.EXIT_STATUS);
  }
}
