package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.input.Receive;
import io.balsa.raft.input.Tick;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.port.RecoveredLog.ConfigurationAt;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** I5 across a restart: a configuration that is truncated gives way to the one before it, wherever that stands. */
class RecoveredConfigurationsTest {
  @Test
  void I5_aTruncationAfterARestartBringsBackTheConfigurationBefore() {
    RaftCore core = restarted();
    assertThat(core.configuration()).isEqualTo(members("n1", "n2", "n3", "n4", "n5"));
    leaderAppends(core, new LogId(1, 13));
    assertThat(core.configuration()).isEqualTo(members("n1", "n2", "n3", "n4"));
  }

  @Test
  void I5_aTruncationOfEveryConfigurationInTheLogBringsBackThatOfTheBase() {
    RaftCore core = restarted();
    leaderAppends(core, new LogId(1, 11));
    assertThat(core.configuration()).isEqualTo(members("n1", "n2", "n3"));
  }

  /** A log behind 1/10: its entries 12 and 14 are configurations, none is committed. */
  private static RaftCore restarted() {
    LogIndex index = new LogIndex(new LogId(1, 10));
    for (long i = 11; i <= 14; i++) {
      index.append(1, i, Entry.OVERHEAD_BYTES);
    }
    List<ConfigurationAt> configurations = List.of(new ConfigurationAt(10, members("n1", "n2", "n3")),
        new ConfigurationAt(12, members("n1", "n2", "n3", "n4")),
        new ConfigurationAt(14, members("n1", "n2", "n3", "n4", "n5")));
    RaftCore core = new RaftCore(new NodeId("n2"), 1, RaftConfig.DEFAULT,
        new RecoveredLog(new HardState(1, null), index, 0, configurations), index.base(), null, 1,
        RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    core.step(new Tick(0));
    return core;
  }

  private static void leaderAppends(RaftCore core, LogId prev) {
    Entry entry = new Entry(EntryType.NOOP, 2, prev.index() + 1, 1, Bytes.EMPTY);
    core.step(new Receive(new NodeId("n1"), 1, new AppendEntries(2, prev, List.of(entry), 10)));
    assertThat(core.lastLogId()).isEqualTo(entry.id());
  }

  private static Configuration members(String... ids) {
    List<Member> members = new ArrayList<>();
    for (String id : ids) {
      members.add(new Member(new NodeId(id), 1, true, id + ":1", id + ":2"));
    }
    return new Configuration(members);
  }
}
