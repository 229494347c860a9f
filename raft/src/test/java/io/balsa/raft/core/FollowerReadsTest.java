package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.BOOT;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.entry;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectRead;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** C3 at a node that does not lead: what it asks its leader, how often, and what an answer proves. */
class FollowerReadsTest {
  private static DrivenCore follower() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new Heartbeat(1, 0, 1));
    node.take();
    return node;
  }

  private static List<Action> read(DrivenCore node, long... contexts) {
    return node.step(new Read(LongStream.of(contexts).boxed().toList()));
  }

  private static Send asks(long term, long request) {
    return new Send(A, 1, new ReadIndex(term, BOOT, request));
  }

  private static List<Action> answer(DrivenCore node, long request, long index) {
    return node.receive(A, new ReadIndexReply(node.core.term(), BOOT, request, index));
  }

  @Test
  void theReadsOfOnePollShareOneRequest() {
    DrivenCore node = follower();
    assertThat(read(node, 7, 8)).containsExactly(asks(1, 1));
    assertThat(answer(node, 1, 5)).containsExactly(new ReadReady(7, 5), new ReadReady(8, 5));
  }

  @Test
  void whatComesWhileARequestIsUnderWaySharesTheNext() {
    DrivenCore node = follower();
    read(node, 7);
    assertThat(read(node, 8)).isEmpty();
    assertThat(read(node, 9)).isEmpty();
    assertThat(answer(node, 1, 5)).containsExactly(new ReadReady(7, 5), asks(1, 2));
    assertThat(answer(node, 2, 6)).containsExactly(new ReadReady(8, 6), new ReadReady(9, 6));
  }

  @Test
  void whatGetsNoAnswerIsAskedAgainUnderAnotherId() {
    DrivenCore node = follower();
    read(node, 7);
    node.take();
    node.pass(190);
    assertThat(node.take()).isEmpty();
    node.pass(10);
    assertThat(node.take()).containsExactly(asks(1, 2));
    assertThat(answer(node, 2, 5)).containsExactly(new ReadReady(7, 5));
  }

  /** The first answer is of a time before the second read came: it proves nothing about that, though both were asked for again. */
  @Test
  void etcd20418_aLateAnswerSettlesOnlyWhatItWasAskedFor() {
    DrivenCore node = follower();
    read(node, 7);
    read(node, 8);
    node.pass(200);
    assertThat(node.take()).endsWith(asks(1, 2));
    assertThat(answer(node, 1, 5)).containsExactly(new ReadReady(7, 5));
    assertThat(answer(node, 1, 5)).as("repeated").isEmpty();
    assertThat(answer(node, 2, 6)).containsExactly(new ReadReady(8, 6));
    assertThat(answer(node, 2, 6)).as("repeated").isEmpty();
  }

  @Test
  void theAnswerToARequestCoversAllThatCameBeforeIt() {
    DrivenCore node = follower();
    read(node, 7);
    read(node, 8);
    node.pass(200);
    assertThat(answer(node, 2, 6)).containsExactly(new ReadReady(7, 6), new ReadReady(8, 6));
    assertThat(answer(node, 1, 5)).isEmpty();
  }

  @Test
  void anAnswerToAnotherProcessOfThisNodeSaysNothing() {
    DrivenCore node = follower();
    read(node, 7);
    assertThat(node.receive(A, new ReadIndexReply(1, BOOT - 1, 1, 5))).isEmpty();
    assertThat(answer(node, 2, 5)).as("what was not asked").isEmpty();
    assertThat(answer(node, 1, 5)).containsExactly(new ReadReady(7, 5));
  }

  @Test
  void theNextLeaderIsAskedAndTheOldOneIsNotListenedTo() {
    DrivenCore node = follower();
    read(node, 7);
    List<Action> newLeader = node.receive(B, new Heartbeat(2, 0, 1));
    assertThat(sent(newLeader, ReadIndex.class)).as("its term becomes durable first")
        .containsExactly(new ReadIndex(2, BOOT, 2));
    assertThat(newLeader).doesNotHaveAnyElementsOfTypes(Send.class);
    assertThat(node.receive(A, new ReadIndexReply(1, BOOT, 1, 5))).isEmpty();
    assertThat(node.receive(B, new ReadIndexReply(2, BOOT, 2, 6))).containsExactly(new ReadReady(7, 6));
  }

  @Test
  void nothingIsAskedInATermThatIsNotDurable() {
    DrivenCore node = follower();
    node.receive(B, new Heartbeat(2, 0, 1));
    assertThat(read(node, 7)).isEmpty();
    node.take();
    node.persist();
    assertThat(node.take()).containsExactly(new Send(B, 1, new ReadIndex(2, BOOT, 1)));
  }

  @Test
  void aNodeThatIsElectedServesThemItself() {
    DrivenCore node = follower();
    node.pass(1_400);
    read(node, 7);
    node.lead();
    long round = sent(read(node, 8), Heartbeat.class).size();
    assertThat(round).as("the first read has begun one").isZero();
    assertThat(ofKind(node.receive(A, new HeartbeatReply(node.core.term(), 1, 2)), ReadReady.class))
        .containsExactly(new ReadReady(7, 2));
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
  }

  @Test
  void aLeaderThatDoesNotAnswerCostsNoMoreThanAnElectionTimeout() {
    DrivenCore node = follower();
    read(node, 7);
    for (int heartbeat = 2; heartbeat <= 15; heartbeat++) {
      node.pass(100);
      node.receive(A, new Heartbeat(1, 0, heartbeat));
    }
    assertThat(ofKind(node.take(), RejectRead.class)).isEmpty();
    node.pass(100);
    assertThat(ofKind(node.take(), RejectRead.class)).containsExactly(new RejectRead(7, Rejection.NOT_LEADER));
    assertThat(answer(node, 1, 5)).isEmpty();
  }

  @Test
  void withoutALeaderAReadWaitsAsLongAsAnElectionMayTakeAndThenNotAtAll() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThat(read(node, 7)).isEmpty();
    node.pass(1_490);
    assertThat(ofKind(node.take(), RejectRead.class)).isEmpty();
    node.pass(10);
    assertThat(ofKind(node.take(), RejectRead.class)).containsExactly(new RejectRead(7, Rejection.NO_LEADER));
    assertThat(read(node, 8)).containsExactly(new RejectRead(8, Rejection.NO_LEADER));
  }

  /** The leader's next heartbeat may be a while away: what it answers says that it has committed what this log holds already. */
  @Test
  void theAnswerCommitsWhatThisLogIsKnownToShareWithTheLeaders() {
    DrivenCore node = follower();
    node.receive(A, new AppendEntries(1, new LogId(1, 1), List.of(entry(1, 2), entry(1, 3)), 0));
    read(node, 7);
    assertThat(answer(node, 1, 2)).containsExactly(new ReadReady(7, 2), new Apply(1));
    node.take();
    node.persist();
    assertThat(node.take()).containsExactly(new Apply(2));
  }

  /** It holds an entry of that index, of an older term: the leader's may be another. */
  @Test
  void theAnswerCommitsNothingThatTheLeaderMayNotHave() {
    DrivenCore node = new DrivenCore(2, 1, 1, 1);
    node.receive(A, new AppendEntries(2, new LogId(1, 1), List.of(), 0));
    read(node, 7);
    answer(node, 1, 3);
    assertThat(node.core.commitIndex()).isEqualTo(1);
    node.receive(A, new AppendEntries(2, new LogId(1, 1), List.of(entry(2, 2), entry(2, 3)), 1));
    assertThat(node.core.commitIndex()).as("and remembers it").isEqualTo(3);
  }

  /** ratis1444 (read-index timeouts while a snapshot is installed): it says at once that it cannot. */
  @Test
  void ratis1444_aNodeThatInstallsASnapshotSaysSoAtOnce() {
    DrivenCore node = new DrivenCore(3, 1, 1, 2);
    node.receive(A, new Heartbeat(3, 0, 1));
    read(node, 7);
    SnapshotMeta snapshot = new SnapshotMeta(100, new LogId(3, 9), 0, DrivenCore.CONFIGURATION, 10);
    List<Action> begun = node.receive(A, new InstallSnapshot(3, snapshot, 0, Bytes.wrap(new byte[4])));
    assertThat(begun).contains(new RejectRead(7, Rejection.NOT_LEADER));
    assertThat(node.core.readRefusal()).isEqualTo(Rejection.NOT_LEADER);
    assertThat(read(node, 8)).containsExactly(new RejectRead(8, Rejection.NOT_LEADER));

    long reception = ofKind(begun, StoreChunk.class).get(0).reception();
    node.step(new ChunkStored(reception, 10, true));
    node.step(new Installed(Long.MAX_VALUE));
    assertThat(read(node, 9)).containsExactly(new RejectRead(9, Rejection.NOT_LEADER));
    node.persist();
    node.step(new LogResetForgotten());
    assertThat(node.core.readRefusal()).isNull();
    assertThat(sent(read(node, 10), ReadIndex.class)).hasSize(1);
  }

  @Test
  void aNodeWhoseStateIsLostSaysSoAtOnce() {
    DrivenCore node = DrivenCore.behind(2, new LogId(1, 5), LogId.ZERO, null, 2);
    assertThat(read(node, 7)).containsExactly(new RejectRead(7, Rejection.NO_LEADER));
    node.receive(A, new Heartbeat(2, 0, 1));
    assertThat(read(node, 8)).containsExactly(new RejectRead(8, Rejection.NOT_LEADER));
  }

  /** A snapshot that became needless, because the log brought what it holds, keeps nobody from reading. */
  @Test
  void aSnapshotThatTheLogHasOvertakenIsNoReason() {
    DrivenCore node = new DrivenCore(3, 3);
    SnapshotMeta snapshot = new SnapshotMeta(100, new LogId(3, 2), 0, DrivenCore.CONFIGURATION, 10);
    node.receive(A, new InstallSnapshot(3, snapshot, 0, Bytes.wrap(new byte[4])));
    assertThat(node.core.readRefusal()).isEqualTo(Rejection.NOT_LEADER);
    node.receive(A, new AppendEntries(3, new LogId(3, 1), List.of(entry(3, 2)), 2));
    node.persist();
    node.step(new Applied(2, Long.MAX_VALUE));
    assertThat(node.core.readRefusal()).isNull();
  }

  @Test
  void c5_aNodeWhoseDiskStandsStillSaysSoAtOnce() {
    DrivenCore node = follower();
    node.receive(A, new AppendEntries(1, new LogId(1, 1), List.of(entry(1, 2)), 2));
    read(node, 7);
    assertThat(answer(node, 1, 2)).contains(new ReadReady(7, 2));
    for (int heartbeat = 2; heartbeat <= 16; heartbeat++) {
      assertThat(node.core.readRefusal()).isNull();
      node.pass(100);
      node.receive(A, new Heartbeat(1, 1, heartbeat));
    }
    node.pass(10);
    assertThat(node.core.readRefusal()).isEqualTo(Rejection.NOT_LEADER);
    assertThat(read(node, 8)).containsExactly(new RejectRead(8, Rejection.NOT_LEADER));
    node.persist();
    assertThat(node.core.readRefusal()).isNull();
  }

  @Test
  void aLearnerAsksLikeAnyOther() {
    DrivenCore node = new DrivenCore(1);
    Configuration learner = new Configuration(
        List.of(new Member(A, 1, true, "p", "c"), new Member(B, 1, true, "p", "c"),
            new Member(SELF, 1, false, "p", "c")));
    node.receive(A, new AppendEntries(1, LogId.ZERO,
        List.of(new Entry(EntryType.CONFIGURATION, 1, 1, 0, learner.encode())), 0));
    assertThat(node.core.role()).isEqualTo(Role.LEARNER);
    assertThat(read(node, 7)).containsExactly(asks(1, 1));
    assertThat(answer(node, 1, 1)).containsExactly(new ReadReady(7, 1));
  }
}
