package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the simulator breaks is what the protocol promises to survive, and a run says what it was. */
class LossesTest {
  private static final Set<FaultKind> ROT = EnumSet.of(FaultKind.LOG_ROT);

  private static SimResult run(long seed, Duration safety) {
    return Simulation.run(seed, SimOptions.draw(new SimRandom(seed), safety).withFaults(ROT), new Parts.Toy(), null);
  }

  /** With nothing but rot at a high rate: once a minority is damaged, nobody else is, so every run ends well. */
  @Test
  void neverMoreThanAMinorityIsDamagedAndItIsSaid() {
    long rots = 0;
    for (long seed = 1; seed <= 20; seed++) {
      SimResult result = run(seed, Duration.ofSeconds(30));
      assertThat(result.violation()).as("seed %d", seed).isNull();
      assertThat(result.broken().stream().filter(line -> line.endsWith("a frame")).count()).as("seed %d", seed)
          .isEqualTo(result.faults().of(FaultKind.LOG_ROT));
      rots += result.faults().of(FaultKind.LOG_ROT);
    }
    assertThat(rots).isGreaterThan(20);
  }

  @Test
  void aReportTellsWhatWasBroken() {
    SimResult result = firstBroken();
    assertThat(result.report("replay me")).contains("broken at " + result.broken().get(0)).contains("replay me");
  }

  private static SimResult firstBroken() {
    for (long seed = 1; seed <= 20; seed++) {
      SimResult result = run(seed, Duration.ofSeconds(60));
      if (!result.broken().isEmpty()) {
        return result;
      }
    }
    throw new AssertionError("nothing was broken in any of 20 seeds");
  }
}
