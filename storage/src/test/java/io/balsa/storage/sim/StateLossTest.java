package io.balsa.storage.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.snapshot.OpenState;
import io.balsa.storage.snapshot.StateOptions;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;
import io.balsa.storage.state.RandomLog;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated losses are losses: a start finds nothing of the state; and what is not lost is there. */
class StateLossTest {
  private final List<Entry> log = RandomLog.entries(5, 120);

  @ParameterizedTest
  @EnumSource(StateLoss.class)
  void aStateThatThisBefellIsBegunAnew(StateLoss loss) throws IOException {
    StateOptions options = StateOptions.of(() -> 1);
    for (long seed = 1; seed <= 20; seed++) {
      SimVolume volume = new SimVolume();
      OpenState state = OpenState.open(volume, new SimStores(volume), options);
      state.machine().apply(log);
      state.machine().flush();
      SimVolume left = loss.befall(volume.afterKill(), new SimRandom(seed));
      OpenState found = OpenState.open(left, new SimStores(left), options);
      assertThat(found.machine().applied()).as("seed %s", seed).isEqualTo(LogId.ZERO);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aCrashLeavesWhatWasFlushed(long seed) throws IOException {
    SimRandom random = new SimRandom(seed);
    for (NodeDisk.Crash kind : NodeDisk.Crash.values()) {
      KvState state = new KvState(Configuration.EMPTY, random);
      state.open();
      state.machine().apply(log.subList(0, 100));
      state.flush();
      long digest = state.fullDigest();
      state.machine().apply(log.subList(100, 120));
      state.crash(kind, random);
      assertThat(state.open().applied()).isEqualTo(log.get(99).id());
      assertThat(state.fullDigest()).isEqualTo(digest);
    }
  }
}
