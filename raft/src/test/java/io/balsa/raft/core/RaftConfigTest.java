package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings with which no cluster would work are refused before there is a core. */
class RaftConfigTest {
  @ParameterizedTest
  @CsvSource({"0, 20, 30", "-1, 20, 30", "10, 19, 30", "10, 20, 20", "10, 20, 19"})
  void timesThatDoNotGoTogether(long heartbeat, long electionMin, long electionMax) {
    assertThatThrownBy(() -> new RaftConfig(heartbeat, electionMin, electionMax, 0, 1, 1, 1, 1, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("election timeout");
  }

  @ParameterizedTest
  @CsvSource({"-1, 1, 1, 1, 1, 1, 1, 0", "0, 0, 1, 1, 1, 1, 1, 0", "0, 1, 0, 1, 1, 1, 1, 0", "0, 1, 1, 0, 1, 1, 1, 0",
      "0, 1, 1, 1, 0, 1, 1, 0", "0, 1, 1, 1, 1, 0, 1, 0", "0, 1, 1, 1, 1, 1, 0, 0",
      "0, 1, 1, 1, 1, 1, 1, -1"})
  void boundsThatLetNothingThrough(long jitter, int entries, long bytes, int messages, long inflight, long step,
      long idle, long preference) {
    assertThatThrownBy(
        () -> new RaftConfig(10, 20, 30, jitter, entries, bytes, messages, inflight, step, idle, preference))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not positive");
  }

  @Test
  void theLeastThatWorks() {
    assertThat(new RaftConfig(10, 20, 21, 0, 1, 1, 1, 1, 1, 1, 0).electionTimeoutMaxNanos()).isEqualTo(21);
  }
}
