package io.balsa.jepsen.report.run;

import static io.balsa.jepsen.report.Histories.between;
import static io.balsa.jepsen.report.Histories.fault;
import static io.balsa.jepsen.report.Histories.ms;
import static io.balsa.jepsen.report.Histories.skipped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.balsa.jepsen.report.measure.Interval;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** For which time a fault is to blame. */
class AftermathTest {
  private static final Interval LOAD = between(0, 60_000);

  private static FaultRecord ready(long fromMillis, long toMillis, long readyMillis) {
    return new FaultRecord("kill", "kill", "n1", FaultRecord.State.INSTALLED, between(fromMillis, toMillis),
        OptionalLong.of(ms(readyMillis)));
  }

  @Test
  void untilFiveSecondsAfterItWasUndone() {
    FaultRecord one = fault("kill", "kill", 1000, 2000);
    assertThat(Aftermath.of(one, List.of(one), LOAD)).contains(between(1000, 7000));
  }

  @Test
  void untilFiveSecondsAfterAllWasReady() {
    FaultRecord one = ready(1000, 2000, 4000);
    assertThat(Aftermath.of(one, List.of(one), LOAD)).contains(between(1000, 9000));
    FaultRecord before = ready(1000, 3000, 2000);
    assertThat(Aftermath.of(before, List.of(before), LOAD)).contains(between(1000, 8000));
    assertThatIllegalArgumentException().isThrownBy(() -> ready(1000, 2000, 999));
  }

  @Test
  void untilTheNextOneComesButAsLongAsItIsThere() {
    FaultRecord one = fault("kill", "kill", 1000, 2000);
    FaultRecord skipped = skipped("power", "power", 3000);
    FaultRecord next = fault("cut", "partition", 4000, 9000);
    FaultRecord within = fault("pause", "pause", 5000, 6000);
    List<FaultRecord> all = List.of(one, skipped, next, within);
    assertThat(Aftermath.of(one, all, LOAD)).as("nobody felt the skipped one").contains(between(1000, 3900));
    assertThat(Aftermath.of(next, all, LOAD)).contains(between(4000, 9000));
    assertThat(Aftermath.of(within, all, LOAD)).contains(between(5000, 11_000));
    assertThat(Aftermath.of(skipped, all, LOAD)).isEmpty();
  }

  @Test
  void onlyWhileThereIsLoad() {
    FaultRecord early = fault("kill", "kill", 500, 1500);
    FaultRecord late = fault("kill", "kill", 9000, 9900);
    List<FaultRecord> all = List.of(early, late);
    assertThat(Aftermath.of(early, all, between(1000, 2000))).contains(between(1000, 2000));
    assertThat(Aftermath.of(late, all, between(1000, 8000))).isEmpty();
  }
}
