package io.balsa.storage.snapshot;

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
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.RandomLog;
import io.balsa.storage.state.StateHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What snapshots do, on whatever store and disk: what one node has applied, another one holds after the install, and goes on from. */
abstract class SnapshotContract {
  static final int ENTRIES = 3_000;
  static final int CHUNK = 1_000;

  private final AtomicLong ids = new AtomicLong();
  private final List<KvStateMachine> opened = new ArrayList<>();

  abstract Volume volume(String node);

  abstract Stores stores(Volume volume);

  StateOptions options() {
    return StateOptions.of(ids::incrementAndGet).withProgressBytes(4_000);
  }

  OpenState open(Volume volume) throws IOException {
    OpenState state = OpenState.open(volume, stores(volume), options());
    opened.add(state.machine());
    return state;
  }

  @AfterEach
  void closeAll() throws IOException {
    for (KvStateMachine machine : opened) {
      try {
        machine.close();
      } catch (StoreException e) {
        // Closed already, or its disk is gone.
      }
    }
  }

  static void apply(KvStateMachine machine, List<Entry> log, int from, int to) throws IOException {
    for (int at = from; at < to; at += 100) {
      machine.apply(log.subList(at, Math.min(to, at + 100)));
    }
  }

  static StateHash hash(KvStateMachine machine) throws IOException {
    return machine.reads().hash().compute();
  }

  static void transfer(OutgoingSnapshot from, IncomingSnapshot to, long upTo) throws IOException {
    while (to.nextOffset() < Math.min(upTo, from.meta().bytes())) {
      assertThat(to.write(to.nextOffset(), from.read(to.nextOffset(), CHUNK))).isTrue();
    }
  }

  @Test
  void whatWasInstalledIsTheSameAsWhatWasAppliedAndGoesOn() throws Exception {
    List<Entry> log = RandomLog.entries(1, ENTRIES);
    OpenState leader = open(volume("a"));
    apply(leader.machine(), log, 0, 2_000);
    OpenState follower = open(volume("b"));
    apply(follower.machine(), log, 0, 500);

    try (OutgoingSnapshot sent = leader.snapshots().open(2_000)) {
      assertThat(sent.meta().lastIncluded()).isEqualTo(leader.machine().applied());
      assertThat(sent.meta().configuration()).isEqualTo(leader.machine().reads().configuration());
      apply(leader.machine(), log, 2_000, 2_500);
      IncomingSnapshot received = follower.snapshots().receive(sent.meta());
      transfer(sent, received, Long.MAX_VALUE);
      assertThat(received.finish()).isTrue();
      follower.machine().install(received, true);
    }
    assertThat(follower.machine().applied().index()).isEqualTo(2_000);
    assertThat(follower.machine().flushedApplied().index()).isEqualTo(2_000);
    assertThat(follower.snapshots().isLogResetOwed()).isTrue();
    follower.machine().logReset();
    assertThat(follower.snapshots().isLogResetOwed()).isFalse();

    apply(leader.machine(), log, 2_500, ENTRIES);
    apply(follower.machine(), log, 2_000, ENTRIES);
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
    assertThat(follower.machine().toString()).as("tables in memory").isEqualTo(leader.machine().toString());
    assertThat(follower.snapshots().counts()).isEqualTo(new SnapshotCounts(0, 1, 0, 1));
    assertThat(leader.snapshots().counts()).isEqualTo(new SnapshotCounts(1, 0, 0, 0));
  }

  @Test
  void aRestartFindsWhatWasInstalledAndNothingElse() throws Exception {
    List<Entry> log = RandomLog.entries(2, ENTRIES);
    OpenState leader = open(volume("a"));
    apply(leader.machine(), log, 0, 1_000);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    install(leader, follower);
    StateHash installed = hash(follower.machine());
    follower.machine().close();

    OpenState again = open(disk);
    assertThat(again.setAside()).isNull();
    assertThat(again.snapshots().isLogResetOwed()).isTrue();
    assertThat(again.machine().logResetOwed().id().index()).isEqualTo(1_000);
    assertThat(hash(again.machine())).isEqualTo(installed);
    assertThat(disk.directories()).hasSize(1);
    assertThat(disk.files().list()).contains("CURRENT").doesNotContain("INCOMING");
  }

  /** I5: it is in no entry and, in the log, only in a header that compaction takes away. */
  @Test
  void i5_aSnapshotHoldsTheConfigurationThatTheClusterBeganWith() throws Exception {
    Configuration initial = new Configuration(List.of(new Member(new NodeId("n1"), 1, true, "h:1", "h:2")));
    Volume disk = volume("a");
    OpenState leader = OpenState.open(disk, stores(disk), options().withInitial(initial));
    opened.add(leader.machine());
    leader.machine().apply(List.of(new Entry(EntryType.NOOP, 1, 1, 5, Bytes.EMPTY)));
    try (OutgoingSnapshot sent = leader.snapshots().open(1)) {
      assertThat(sent.meta().configuration()).isEqualTo(initial);
    }
    OpenState follower = open(volume("b"));
    install(leader, follower);
    assertThat(follower.machine().logResetOwed().configuration()).isEqualTo(initial);
    assertThat(follower.machine().reads().configuration()).isEqualTo(initial);
  }

  void install(OpenState leader, OpenState follower) throws IOException {
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      IncomingSnapshot received = follower.snapshots().receive(sent.meta());
      transfer(sent, received, Long.MAX_VALUE);
      assertThat(received.finish()).isTrue();
      follower.machine().install(received, true);
    }
    removeObsolete(follower.machine());
  }

  /** @return how many pieces it took */
  static int removeObsolete(KvStateMachine machine) throws IOException {
    int pieces = 1;
    while (machine.removeObsolete()) {
      pieces++;
    }
    return pieces;
  }

  /** Gigabytes may take long to be unlinked: not on the applier's thread, which goes on at once. */
  @Test
  void whatWasReplacedIsRemovedLaterPieceByPieceOrByTheNextStart() throws Exception {
    List<Entry> log = RandomLog.entries(11, ENTRIES);
    OpenState leader = open(volume("a"));
    apply(leader.machine(), log, 0, 1_000);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    apply(follower.machine(), log, 0, 500);
    follower.machine().flush();
    for (int installs = 1; installs <= 2; installs++) {
      try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
        IncomingSnapshot received = follower.snapshots().receive(sent.meta());
        transfer(sent, received, Long.MAX_VALUE);
        assertThat(received.finish()).isTrue();
        follower.machine().install(received, true);
        assertThat(disk.directories()).as("the install itself removes nothing").hasSize(1 + installs);
        follower.machine().logReset();
      }
      apply(leader.machine(), log, 1_000 * installs, 1_000 * installs + 1_000);
      apply(follower.machine(), log, 1_000 * installs, 1_000 * installs + 1_000);
    }
    assertThat(disk.directories()).hasSize(3);
    assertThat(follower.machine().removeObsolete()).isTrue();
    assertThat(disk.directories()).as("a part of one").hasSize(3);
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
    follower.machine().close();

    OpenState again = open(disk);
    assertThat(disk.directories()).as("the start removes the rest").hasSize(1);
    assertThat(again.machine().removeObsolete()).isFalse();
    install(leader, again);
    assertThat(disk.directories()).hasSize(1);
    assertThat(hash(again.machine())).isEqualTo(hash(leader.machine()));
  }

  /** Without CURRENT nobody knows which is the state: what is kept for people is the newest, not one that was on its way out. */
  @Test
  void ofStatesThatNothingNamesTheNewestIsSetAside() throws Exception {
    List<Entry> log = RandomLog.entries(12, ENTRIES);
    OpenState leader = open(volume("a"));
    Volume disk = volume("b");
    OpenState follower = open(disk);
    for (int index : new int[]{300, 1_000}) {
      apply(leader.machine(), log, index == 300 ? 0 : 300, index);
      try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
        IncomingSnapshot received = follower.snapshots().receive(sent.meta());
        transfer(sent, received, Long.MAX_VALUE);
        assertThat(received.finish()).isTrue();
        follower.machine().install(received, false);
      }
    }
    follower.machine().close();
    disk.files().delete("CURRENT");
    OpenState again = open(disk);
    assertThat(again.setAside()).contains("CURRENT", "state-1000-");
    assertThat(disk.directories()).hasSize(2).anyMatch(name -> name.matches("state-1000-.*\\.corrupt"));
    assertThat(again.machine().applied().index()).isZero();
  }

  @Test
  void theSameBytesWhoeverReadsThemInWhateverPieces() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(3, ENTRIES), 0, ENTRIES);
    try (OutgoingSnapshot one = leader.snapshots().open(0); OutgoingSnapshot two = leader.snapshots().open(ENTRIES)) {
      assertThat(two.meta()).isEqualTo(one.meta());
      byte[] whole = one.read(0, Integer.MAX_VALUE).array();
      assertThat(whole).hasSize((int) one.meta().bytes());
      assertThat(two.read(whole.length - 10, 100).array()).hasSize(10);
      assertThat(two.read(whole.length, 100)).isEqualTo(Bytes.EMPTY);
      for (int at = 0; at < whole.length; at += 777) {
        byte[] part = two.read(at, 777).array();
        assertThat(part).isEqualTo(Arrays.copyOfRange(whole, at, at + part.length));
      }
    }
    assertThat(leader.snapshots().counts().taken()).as("one checkpoint for both").isEqualTo(1);
    leader.snapshots().open(0).close();
    assertThat(leader.snapshots().counts().taken()).isEqualTo(2);
  }

  @Test
  void goesOnWhereItWasAfterARestartOfTheFollower() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(4, ENTRIES), 0, ENTRIES);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      long half = sent.meta().bytes() / 2;
      transfer(sent, follower.snapshots().receive(sent.meta()), half);
      follower.machine().close();
      follower = open(disk);
      IncomingSnapshot received = follower.snapshots().receive(sent.meta());
      assertThat(received.nextOffset()).isBetween(half - 4_000 - CHUNK, half + CHUNK).isPositive();
      transfer(sent, received, Long.MAX_VALUE);
      assertThat(received.finish()).isTrue();
      follower.machine().install(received, true);
    }
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
  }

  @Test
  void anotherSnapshotBeginsAnewAndTheOneBeforeGoes() throws Exception {
    List<Entry> log = RandomLog.entries(5, ENTRIES);
    OpenState leader = open(volume("a"));
    apply(leader.machine(), log, 0, 2_000);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    IncomingSnapshot first;
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      first = follower.snapshots().receive(sent.meta());
      transfer(sent, first, 5_000);
    }
    apply(leader.machine(), log, 2_000, ENTRIES);
    install(leader, follower);
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
    assertThat(disk.directories()).hasSize(1);
    assertThatThrownBy(() -> first.write(first.nextOffset(), Bytes.wrap(new byte[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Who was told that a snapshot arrived damaged neither repeats it nor gives it to others, though some of them still read it. */
  @Test
  void oneThatWasRefusedIsCheckedAndGivenToNobodyElse() throws Exception {
    Volume disk = volume("a");
    OpenState leader = open(disk);
    apply(leader.machine(), RandomLog.entries(7, 300), 0, 300);
    OpenState follower = open(volume("b"));
    try (OutgoingSnapshot backup = leader.snapshots().open(0); OutgoingSnapshot refused = leader.snapshots().open(0)) {
      assertThat(refused.meta()).isEqualTo(backup.meta());
      byte[] whole = refused.read(0, Integer.MAX_VALUE).array();
      refused.check();
      try (OutgoingSnapshot next = leader.snapshots().open(0)) {
        assertThat(next.meta().id()).isNotEqualTo(refused.meta().id());
        IncomingSnapshot received = follower.snapshots().receive(next.meta());
        transfer(next, received, Long.MAX_VALUE);
        assertThat(received.finish()).isTrue();
        follower.machine().install(received, false);
      }
      assertThat(backup.read(0, Integer.MAX_VALUE).array()).isEqualTo(whole);
    }
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
    assertThat(disk.directories()).as("no checkpoint is left").hasSize(1);
  }

  /** What came was what was sent, and is not what the disk gives back: that is no damage of the sender's or the network's. */
  @Test
  void aDiskThatDoesNotKeepWhatItWasGivenIsAFailureOfTheReceiver() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(8, 300), 0, 300);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      IncomingSnapshot received = follower.snapshots().receive(sent.meta());
      transfer(sent, received, Long.MAX_VALUE);
      damageReceived(disk);
      assertThatThrownBy(received::finish).isInstanceOf(StoreException.class)
          .hasMessageContaining("does not give back");
      assertThat(follower.snapshots().counts().refused()).isZero();

      // The next process goes on where this one was. It has not seen what came, and so cannot know who damaged it.
      follower.machine().close();
      OpenState again = open(disk);
      IncomingSnapshot resumed = again.snapshots().receive(sent.meta());
      assertThat(resumed.nextOffset()).isPositive();
      transfer(sent, resumed, Long.MAX_VALUE);
      assertThat(resumed.finish()).isFalse();
      assertThat(again.snapshots().counts().refused()).isEqualTo(1);
      install(leader, again);
      assertThat(hash(again.machine())).isEqualTo(hash(leader.machine()));
    }
  }

  /** A bit of the largest file that is being received. */
  private static void damageReceived(Volume disk) throws IOException {
    String directory = disk.directories().stream().filter(name -> name.startsWith("state-300-")).findFirst()
        .orElseThrow();
    Disk files = disk.directory(directory);
    String largest = "";
    long bytes = 0;
    for (String name : files.list()) {
      try (DiskFile file = files.open(name)) {
        largest = file.size() > bytes ? name : largest;
        bytes = Math.max(bytes, file.size());
      }
    }
    try (DiskFile file = files.open(largest)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(bytes / 2, one);
      file.write(bytes / 2, ByteBuffer.wrap(new byte[]{(byte) (one.get(0) ^ 4)}));
    }
  }

  /** One bit, at places all over the stream: nothing but what was sent is ever installed. */
  @Test
  void whatIsNotWhatWasSentIsRefusedWherever() throws Exception {
    OpenState leader = open(volume("a"));
    apply(leader.machine(), RandomLog.entries(6, 300), 0, 300);
    Volume disk = volume("b");
    OpenState follower = open(disk);
    try (OutgoingSnapshot sent = leader.snapshots().open(0)) {
      byte[] whole = sent.read(0, Integer.MAX_VALUE).array();
      for (int place = 0; place < 60; place++) {
        byte[] damaged = whole.clone();
        int at = place < 20 ? place : (int) ((long) (place - 20) * (whole.length - 1) / 39);
        damaged[at] ^= (byte) (1 << place % 8);
        IncomingSnapshot received = follower.snapshots().receive(sent.meta());
        assertThat(received.write(0, Bytes.wrap(damaged)) && received.finish()).as("bit at %d", at).isFalse();
        assertThat(disk.directories()).as("nothing is left of it").hasSize(1);
      }
      assertThat(follower.snapshots().counts().refused()).isEqualTo(60);
      IncomingSnapshot cut = follower.snapshots().receive(sent.meta());
      cut.write(0, Bytes.wrap(Arrays.copyOf(whole, whole.length - 1)));
      assertThat(cut.finish()).isFalse();
      assertThatThrownBy(() -> follower.machine().install(cut, true)).isInstanceOf(IllegalArgumentException.class);
      // A whole one that is of another moment than it was said to be.
      SnapshotMeta lie = new SnapshotMeta(99, new LogId(1, 299), sent.meta().stampNanos(),
          sent.meta().configuration(), sent.meta().bytes());
      IncomingSnapshot other = follower.snapshots().receive(lie);
      other.write(0, Bytes.wrap(whole));
      assertThat(other.finish()).isFalse();
      assertThat(follower.machine().applied().index()).isZero();

      IncomingSnapshot intact = follower.snapshots().receive(sent.meta());
      intact.write(0, Bytes.wrap(whole));
      assertThat(intact.finish()).isTrue();
      follower.machine().install(intact, false);
    }
    assertThat(hash(follower.machine())).isEqualTo(hash(leader.machine()));
    assertThat(follower.snapshots().isLogResetOwed()).isFalse();
  }
}
