package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.log.TermRange;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.port.NodeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Entries on their way to a follower, from memory and from disk (C2). */
class AppendSenderTest {
  private static final NodeId PEER = new NodeId("n1");
  private static final NodeId OTHER = new NodeId("n3");

  private final List<Runnable> reads = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private Predicate<Long> isInMemory = index -> true;
  private final MemoryLog log = new MemoryLog(Configuration.EMPTY) {
    @Override
    public synchronized List<Entry> readCached(long from, long to, long bytesMax) {
      return isInMemory.test(from) ? read(from, to, bytesMax) : List.of();
    }
  };
  private final AppendSender sender = new AppendSender(log,
      (to, incarnation, message) -> sent.add(to + " " + ((AppendEntries) message).prev().index()), new NodeListener() {
        @Override
        public void roleChanged(RoleChanged change) {
        }

        @Override
        public void snapshotDamaged(SnapshotMeta snapshot) {
        }

        @Override
        public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
        }

        @Override
        public void membershipChanged(Configuration newest, Configuration committed, long committedIndex) {
        }

        @Override
        public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
        }

        @Override
        public void fatal(String stage, Throwable cause) {
          throw new IllegalStateException(stage, cause);
        }
      }, reads::add);

  AppendSenderTest() {
    for (long index = 1; index <= 600; index++) {
      log.append(List.of(new Entry(EntryType.COMMAND, 1, index, 0, Bytes.EMPTY)));
    }
  }

  private void send(NodeId to, long prev, long term) {
    LogId prevId = new LogId(prev == 0 ? 0 : 1, prev);
    sender.send(new SendAppend(to, 1, 1, prevId, List.of(new TermRange(term, prev + 1, prev + 1)), 0));
  }

  /** Many readers finish in any order; here the newest first. */
  private void runReads() {
    while (!reads.isEmpty()) {
      reads.remove(reads.size() - 1).run();
    }
  }

  @Test
  void sendsToOnePeerKeepTheirOrderAndNobodyElseWaits() {
    isInMemory = index -> index > 2;
    send(PEER, 0, 1);
    send(PEER, 1, 1);
    send(PEER, 2, 1);
    send(OTHER, 2, 1);
    assertThat(sent).containsExactly("n3 2");
    runReads();
    assertThat(sent).containsExactly("n3 2", "n1 0", "n1 1", "n1 2");
    send(PEER, 3, 1);
    assertThat(sent).endsWith("n1 3");
  }

  @Test
  void entriesOfAnotherTermAreNotSentAndHoldNothingUp() {
    isInMemory = index -> false;
    send(PEER, 0, 1);
    send(PEER, 1, 2);
    send(PEER, 2, 1);
    runReads();
    assertThat(sent).containsExactly("n1 0", "n1 2");
  }

  @Test
  void aDiskThatStandsStillDoesNotCollectSendsForEver() {
    isInMemory = index -> false;
    for (int i = 0; i < 500; i++) {
      send(PEER, i, 1);
    }
    runReads();
    assertThat(sent).hasSizeBetween(64, 300).startsWith("n1 0", "n1 1", "n1 2");
  }

  /** The follower refused the first: the rest of the window would be read for nothing, before what the follower lacks. */
  @Test
  void whenTheLeaderGoesBackWhatWaitsIsForgotten() {
    isInMemory = index -> false;
    for (int i = 100; i < 150; i++) {
      send(PEER, i, 1);
    }
    send(PEER, 90, 1);
    send(PEER, 91, 1);
    runReads();
    assertThat(sent).containsExactly("n1 100", "n1 90", "n1 91");
  }
}
