package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The program of the long runs: what it says, and its exit status. */
class SimulateTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter problems = new StringWriter();

  private int simulate(String... args) {
    return Simulate.command(new PrintStream(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(problems)).execute(args);
  }

  private void assertWrong(String says, String... args) {
    problems.getBuffer().setLength(0);
    assertThat(simulate(args)).isEqualTo(2);
    assertThat(problems.toString()).startsWith("simulate: ").contains(says).endsWith("; --help shows how\n");
    assertThat(problems.toString().lines()).hasSize(1);
  }

  @Test
  void wrongUsageSaysWhatToDo() {
    assertWrong("either --seconds N or --seeds COUNT");
    assertWrong("either --seconds N or --seeds COUNT", "--seconds", "5", "--seeds", "5");
    assertWrong("leave --seconds and --seeds out", "--replay", "1", "--seeds", "5");
    assertWrong("at least 1", "--seeds", "0");
    assertWrong("'x' is not a long", "--seconds", "x");
    assertWrong("--subject", "--seeds", "1", "--subject", "nothing");
    assertWrong("Unknown option: '--nonsense'", "--nonsense");
  }

  @Test
  void aShortRunSumsUp() {
    assertThat(simulate("--subject", "raft", "--seed", "50", "--seeds", "2", "--threads", "1")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("2 seeds, 1 of them twice", "0 findings",
        "simulated seconds",
        "medians:", "KILL ", "AppendEntries ");
  }

  @Test
  void aReplayPrintsWhatHappens() {
    assertThat(simulate("--subject", "raft", "--replay", "1")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("LEADER in term", "broke nothing");
  }
}
