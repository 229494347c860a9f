package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The hash of a trace is worth what it covers: a change of any field of a message must show. */
class ContentHashTest {
  private static Entry entry(long stamp, int payload) {
    return new Entry(EntryType.COMMAND, 2, 7, stamp, Bytes.wrap(new byte[]{(byte) payload}));
  }

  @Test
  void everyFieldCounts() {
    Configuration one = new Configuration(List.of(new Member(new NodeId("n1"), 1, true, "peer:1", "client:1")));
    SnapshotMeta meta = new SnapshotMeta(1, new LogId(2, 3), 4, one, 5);
    List<Record> different = List.of(new HeartbeatReply(1, 2, 3, 0), new HeartbeatReply(1, 2, 3, 4),
        new HeartbeatReply(1, 2, 4, 0), new HeartbeatReply(1, 3, 3, 0), new HeartbeatReply(2, 2, 3, 0),
        new AppendEntries(2, new LogId(2, 6), List.of(entry(1, 1)), 5),
        new AppendEntries(2, new LogId(2, 6), List.of(entry(2, 1)), 5),
        new AppendEntries(2, new LogId(2, 6), List.of(entry(1, 2)), 5),
        new AppendEntries(2, new LogId(2, 6), List.of(), 5),
        new InstallSnapshot(1, meta, 0, Bytes.wrap(new byte[]{1})),
        new InstallSnapshot(1, meta, 0, Bytes.wrap(new byte[]{2})),
        new InstallSnapshot(1, new SnapshotMeta(1, new LogId(2, 3), 4, Configuration.EMPTY, 5), 0,
            Bytes.wrap(new byte[]{1})));
    Set<Long> hashes = new HashSet<>();
    different.forEach(value -> hashes.add(ContentHash.of(value)));
    assertThat(hashes).hasSameSizeAs(different);
  }

  @Test
  void equalContentHashesEqually() {
    assertThat(ContentHash.of(new AppendEntries(2, new LogId(2, 6), List.of(entry(1, 1)), 5)))
        .isEqualTo(ContentHash.of(new AppendEntries(2, new LogId(2, 6), List.of(entry(1, 1)), 5)));
  }

  @Test
  void whatItCannotLookIntoIsRefused() {
    assertThatThrownBy(() -> ContentHash.of(new Object())).isInstanceOf(IllegalArgumentException.class);
  }
}
