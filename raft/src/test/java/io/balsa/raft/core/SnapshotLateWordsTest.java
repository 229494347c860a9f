package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.DropReceived;
import io.balsa.raft.action.InstallState;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.SnapshotRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of a snapshot under way: what comes late, twice, of another one, or from a disk that answers when the world has moved on. */
class SnapshotLateWordsTest {
  private static SnapshotMeta snapshot(long id, long term, long index) {
    return new SnapshotMeta(id, new LogId(term, index), 0, DrivenCore.CONFIGURATION, 10);
  }

  private static InstallSnapshot chunk(long term, SnapshotMeta snapshot) {
    return new InstallSnapshot(term, snapshot, 0, Bytes.wrap(new byte[5]));
  }

  private static long reception(List<Action> actions) {
    return ofKind(actions, StoreChunk.class).get(0).reception();
  }

  private static DrivenCore leader() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    return leader;
  }

  private static OpenSnapshot opens(DrivenCore leader) {
    return ofKind(leader.receive(B, new HeartbeatReply(leader.core.term(), 1, 4, 3)), OpenSnapshot.class).get(0);
  }

  @Test
  void anAnswerOfAnotherSnapshotMovesNothing() {
    DrivenCore leader = leader();
    long term = leader.core.term();
    OpenSnapshot open = opens(leader);
    assertThat(leader.receive(B, new InstallSnapshotReply(term, 104, 6, false))).as("not opened yet").isEmpty();
    assertThat(leader.receive(B, new SnapshotRefused(term, 104))).as("not opened yet").isEmpty();
    leader.step(new SnapshotOpened(open.transfer(), snapshot(104, term, 4)));
    assertThat(leader.receive(B, new InstallSnapshotReply(term, 999, 6, false))).isEmpty();
    assertThat(leader.receive(B, new InstallSnapshotReply(term, 999, 10, true))).isEmpty();
    assertThat(leader.receive(B, new InstallSnapshotReply(term, 104, 11, false))).as("beyond its end").isEmpty();
    assertThat(ofKind(leader.receive(B, new InstallSnapshotReply(term, 104, 6, false)), SendSnapshotChunk.class))
        .hasSize(1);
  }

  @Test
  void oneThatIsOpenedForATransferThatIsOverIsLeftAlone() {
    DrivenCore leader = leader();
    OpenSnapshot open = opens(leader);
    assertThat(leader.step(new SnapshotOpened(open.transfer() + 1, snapshot(104, leader.core.term(), 4)))).isEmpty();
  }

  /** A newer one is needed than the one under way: that one ends, and the other begins. */
  @Test
  void aFollowerThatNeedsMoreThanIsUnderWayGetsAnother() {
    DrivenCore leader = leader();
    OpenSnapshot first = opens(leader);
    leader.step(new SnapshotOpened(first.transfer(), snapshot(103, leader.core.term(), 3)));
    assertThat(leader.receive(B, new HeartbeatReply(leader.core.term(), 1, 4, 3))).as("what is under way will do")
        .noneMatch(OpenSnapshot.class::isInstance);
    List<Action> more = leader.receive(B, new HeartbeatReply(leader.core.term(), 1, 4, 4));
    assertThat(more).contains(new CloseSnapshot(first.transfer()));
    assertThat(ofKind(more, OpenSnapshot.class)).singleElement()
        .satisfies(open -> assertThat(open.minIndex()).isEqualTo(4));
  }

  @Test
  void whoIsSilentForLongIsGivenUp() {
    assertThat(isGivenUpWithin(80, false)).isTrue();
  }

  /** It answers heartbeats, and takes nothing: its disk stands still, perhaps for good. */
  @Test
  void whoTakesNothingForVeryLongIsGivenUp() {
    assertThat(isGivenUpWithin(80, true)).isFalse();
    assertThat(isGivenUpWithin(1_600, true)).isTrue();
  }

  /** @param answers whether B answers heartbeats; it never takes a chunk */
  private static boolean isGivenUpWithin(long seconds, boolean answers) {
    DrivenCore leader = leader();
    long term = leader.core.term();
    long transfer = opens(leader).transfer();
    leader.step(new SnapshotOpened(transfer, snapshot(104, term, 4)));
    for (long passed = 0; passed < 1_000 * seconds; passed += 20) {
      leader.pass(20);
      leader.receive(A, new HeartbeatReply(term, 1, 4));
      if (answers) {
        leader.receive(B, new HeartbeatReply(term, 1, 4, 3));
      }
      if (leader.take().contains(new CloseSnapshot(transfer))) {
        assertThat(leader.core.role()).isEqualTo(Role.LEADER);
        return true;
      }
    }
    return false;
  }

  @Test
  void anotherSnapshotOrTheSameOfAnotherTermIsReceivedAnew() {
    DrivenCore node = new DrivenCore(3, 1);
    long first = reception(node.receive(A, chunk(3, snapshot(1, 3, 9))));
    assertThat(reception(node.receive(A, chunk(3, snapshot(1, 3, 9))))).as("said twice").isEqualTo(first);
    long second = reception(node.receive(A, chunk(3, snapshot(2, 3, 9))));
    assertThat(second).isGreaterThan(first);
    assertThat(reception(node.receive(B, chunk(4, snapshot(2, 3, 9))))).isGreaterThan(second);
    assertThat(node.step(new ChunkStored(first, 5, true))).as("of the first").isEmpty();
    assertThat(node.step(new ReceivedRefused(second))).as("of the second").isEmpty();
  }

  @Test
  void aChunkStoredWhenNobodyLeadsIsToldToNobody() {
    DrivenCore node = new DrivenCore(3, 1);
    long reception = reception(node.receive(A, chunk(3, snapshot(1, 3, 9))));
    node.passUntil(Role.PRE_CANDIDATE);
    assertThat(sent(node.step(new ChunkStored(reception, 5, false)), InstallSnapshotReply.class)).isEmpty();
    assertThat(node.step(new ReceivedRefused(reception))).isEmpty();
    assertThat(reception(node.receive(A, chunk(3, snapshot(2, 3, 9))))).as("it was forgotten").isGreaterThan(reception);
  }

  @Test
  void whatCameInAnEarlierTermIsDropped() {
    DrivenCore node = new DrivenCore(3, 1);
    long reception = reception(node.receive(A, chunk(3, snapshot(1, 3, 9))));
    assertThat(node.receive(B, new RequestVote(4, new LogId(3, 9), true))).contains(new DropReceived(reception));
    assertThat(node.step(new ChunkStored(reception, 10, true))).isEmpty();
  }

  /** A whole one waits until the term in which it was sent is durable; its chunks that come again are not stored again. */
  @Test
  void oneThatWaitsForItsTermIsNotStoredTwice() {
    DrivenCore node = new DrivenCore(3, 1);
    long reception = reception(node.receive(A, chunk(4, snapshot(1, 4, 9))));
    assertThat(node.step(new ChunkStored(reception, 10, true))).isEmpty();
    assertThat(node.receive(A, chunk(4, snapshot(1, 4, 9)))).isEmpty();
    node.take();
    node.persist();
    assertThat(ofKind(node.take(), InstallState.class)).hasSize(1);
    assertThat(node.receive(A, chunk(4, snapshot(1, 4, 9)))).as("its end will be told").isEmpty();
    assertThat(node.step(new ReceivedRefused(reception))).as("it is installed already").isEmpty();
    assertThat(node.step(new ChunkStored(reception, 10, true))).as("it is installed already").isEmpty();
  }

  /** Nobody leads any more when it has become whole: it is installed all the same, for it is committed. */
  @Test
  void aPreCandidateInstallsWhatIsWhole() {
    DrivenCore node = new DrivenCore(3, 1);
    long reception = reception(node.receive(A, chunk(3, snapshot(1, 3, 9))));
    node.passUntil(Role.PRE_CANDIDATE);
    node.take();
    assertThat(ofKind(node.step(new ChunkStored(reception, 10, true)), InstallState.class))
        .containsExactly(new InstallState(reception, true));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core.leader()).isNull();
    node.take();
    node.step(new Installed(Long.MAX_VALUE));
    assertThat(node.core.appliedIndex()).isEqualTo(9);
    node.receive(A, new Heartbeat(3, 0, 1));
    node.persist();
    assertThat(node.core.leader()).isEqualTo(A);
  }
}
