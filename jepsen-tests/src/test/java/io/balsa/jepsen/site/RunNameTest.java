package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunNameTest {
  @Test
  void aRunOfThisProcessIsAliveAndIsFoundByTheNamesOfItsParts() {
    RunName run = RunName.own("ns7");
    assertThat(run.isAlive()).isTrue();
    assertThat(RunName.of(run.toString())).contains(run);
    assertThat(RunName.of(run.part("n12"))).contains(run);
    assertThat(RunName.of(run.part("n1.3.img"))).contains(run);
  }

  @Test
  void aLaterProcessOfTheSameNumberIsAnotherOne() {
    RunName own = RunName.own("ns7");
    assertThat(new RunName(own.pid(), own.started() - 1, "ns7").isAlive()).isFalse();
  }

  @Test
  void aProcessThatHasEndedOwnsNothing() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "1000").start();
    long ticks = started(process.pid());
    RunName run = new RunName(process.pid(), ticks, "x");
    assertThat(run.isAlive()).isTrue();
    process.destroyForcibly().waitFor();
    assertThat(run.isAlive()).isFalse();
  }

  private static long started(long pid) {
    String stat = Commands.run("cat", "/proc/" + pid + "/stat");
    return Long.parseLong(stat.substring(stat.indexOf(") ") + 2).split(" ", -1)[19]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "balsa", "balsa-torture", "balsa-torture.1.2", "balsa-torture.1.2.", "balsa-torture.x.2.ns1",
          "my-balsa-torture.1.2.ns1", "balsa-torture.1.2.ns1 of mine", "balsa-torture.1.2.NS"})
  void whatIsNamedOtherwiseIsNoRuns(String name) {
    assertThat(RunName.of(name)).isEmpty();
  }
}
