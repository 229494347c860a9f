package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeatherTest {
  private static final Message SMALL = new Heartbeat(1, 0, 1);
  private final Weather weather = new Weather(2);

  private static Message large(int bytes) {
    return new AppendEntries(1, LogId.ZERO,
        List.of(new Entry(EntryType.COMMAND, 1, 1, 0, Bytes.wrap(new byte[bytes]))), 0);
  }

  @Test
  void aCloggedDirectionKeepsEverythingBackAndLetsItGoAtOnce() {
    weather.clog(0, 1, 1_000, 0);
    assertThat(weather.comesOut(0, 1, SMALL, 0, 10)).isEqualTo(1_000);
    assertThat(weather.comesOut(0, 1, SMALL, 500, 510)).isEqualTo(1_000);
    assertThat(weather.comesOut(0, 1, SMALL, 995, 1_005)).isEqualTo(1_005);
    assertThat(weather.comesOut(1, 0, SMALL, 0, 10)).as("the way back").isEqualTo(10);
  }

  @Test
  void orAsFastAsItsBandwidthLetsIt() {
    weather.clog(0, 1, 1_000, 2);
    long first = weather.comesOut(0, 1, large(5_000), 0, 10);
    assertThat(first).isBetween(11_000L, 12_000L);
    assertThat(weather.comesOut(0, 1, SMALL, 0, 10)).isGreaterThan(first);
    assertThat(weather.comesOut(0, 1, SMALL, 50_000, 50_010)).as("with nothing before it").isBetween(50_011L, 51_000L);
  }

  @Test
  void itsQueueIsBounded() {
    weather.clog(0, 1, 1_000, 1_000);
    assertThat(weather.comesOut(0, 1, large(1_000_000), 0, 10)).isPositive();
    assertThat(weather.comesOut(0, 1, large(100_000), 0, 10)).isNegative();
  }

  @Test
  void aSlowDirectionIsSlowOneWay() {
    weather.slow(0, 1, 10);
    assertThat(weather.latency(0, 1, 7)).isEqualTo(70);
    assertThat(weather.latency(1, 0, 7)).isEqualTo(7);
    weather.clear();
    assertThat(weather.latency(0, 1, 7)).isEqualTo(7);
  }
}
