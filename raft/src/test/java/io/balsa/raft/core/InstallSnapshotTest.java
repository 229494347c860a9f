package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.entry;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.CheckSnapshot;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.DropReceived;
import io.balsa.raft.action.ForgetLogReset;
import io.balsa.raft.action.InstallState;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.action.Sync;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.input.SnapshotChecked;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C6, rule by rule: what a follower does with a snapshot, in which order, and what its leader does for it. */
class InstallSnapshotTest {
  private static final long MAX = Long.MAX_VALUE;
  private static final long TIMEOUT_MILLIS = RaftConfig.DEFAULT.electionTimeoutMaxNanos() / DrivenCore.MS;

  private static SnapshotMeta snapshot(long term, long index) {
    return new SnapshotMeta(100 + index, new LogId(term, index), 0, DrivenCore.CONFIGURATION, 10);
  }

  private static InstallSnapshot chunk(long term, SnapshotMeta snapshot) {
    return new InstallSnapshot(term, snapshot, 0, Bytes.wrap(new byte[10]));
  }

  private static long reception(List<Action> actions) {
    return ofKind(actions, StoreChunk.class).get(0).reception();
  }

  /** All of it arrives and is durable. */
  private static List<Action> receiveWhole(DrivenCore node, long term, SnapshotMeta snapshot) {
    long reception = reception(node.receive(A, chunk(term, snapshot)));
    return node.step(new ChunkStored(reception, 10, true));
  }

  @Test
  void aLogThatLacksItIsResetAndNothingIsSaidBeforeThatIsDurable() {
    DrivenCore node = new DrivenCore(3, 1, 1, 2);
    assertThat(receiveWhole(node, 3, snapshot(3, 9))).containsExactly(new InstallState(1, true));

    assertThat(node.receive(A, new AppendEntries(3, new LogId(2, 3), List.of(entry(3, 4)), 0))).isEmpty();
    List<Action> installed = node.step(new Installed(MAX));
    assertThat(ofKind(installed, ResetLog.class))
        .containsExactly(new ResetLog(new LogStart(new LogId(3, 9), 0, DrivenCore.CONFIGURATION)));
    assertThat(ofKind(installed, Sync.class)).hasSize(1);
    assertThat(sent(installed, InstallSnapshotReply.class)).isEmpty();
    assertThat(node.core.appliedIndex()).isEqualTo(9);
    assertThat(node.receive(A, new AppendEntries(3, new LogId(3, 9), List.of(entry(3, 10)), 9))).isEmpty();

    node.take();
    node.persist();
    assertThat(node.take()).containsExactly(new ForgetLogReset());
    List<Action> done = node.step(new LogResetForgotten());
    assertThat(sent(done, InstallSnapshotReply.class)).containsExactly(new InstallSnapshotReply(3, 109, 10, true));
    assertThat(ofKind(node.receive(A, new AppendEntries(3, new LogId(3, 9), List.of(entry(3, 10)), 9)), Append.class))
        .hasSize(1);
  }

  @Test
  void oneThatTheLogHoldsOnlyAdvancesCommit() {
    DrivenCore node = new DrivenCore(3, 1, 1, 2);
    List<Action> actions = node.receive(A, chunk(3, snapshot(1, 2)));
    assertThat(ofKind(actions, StoreChunk.class)).isEmpty();
    assertThat(ofKind(actions, Apply.class)).containsExactly(new Apply(2));
    assertThat(sent(actions, InstallSnapshotReply.class)).containsExactly(new InstallSnapshotReply(3, 102, 10, true));
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(2, 3));
  }

  @Test
  void whatTheLogHoldsAndIsNotDurableIsAcknowledgedAfterTheSync() {
    DrivenCore node = new DrivenCore(3);
    node.receive(A, new AppendEntries(3, LogId.ZERO, List.of(entry(3, 1), entry(3, 2)), 0));
    List<Action> actions = node.receive(A, chunk(3, snapshot(3, 2)));
    assertThat(ofKind(actions, Sync.class).get(0).thenSend()).extracting("message")
        .containsExactly(new InstallSnapshotReply(3, 102, 10, true));
    assertThat(ofKind(actions, Apply.class)).isEmpty();
  }

  @Test
  void entriesThatArriveWhileItIsReceivedMakeItNeedless() {
    DrivenCore node = new DrivenCore(3, 1, 1);
    long reception = reception(node.receive(A, chunk(3, snapshot(3, 4))));
    node.receive(A, new AppendEntries(3, new LogId(1, 2), List.of(entry(3, 3), entry(3, 4)), 4));
    List<Action> actions = node.step(new ChunkStored(reception, 10, true));
    assertThat(ofKind(actions, InstallState.class)).isEmpty();
    assertThat(ofKind(actions, DropReceived.class)).hasSize(1);
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(3, 4));
  }

  @Test
  void nothingIsInstalledBeforeItsTermIsDurable() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThat(receiveWhole(node, 5, snapshot(5, 9))).isEmpty();
    node.take();
    node.persist();
    assertThat(node.take()).containsExactly(new InstallState(1, true));
  }

  @Test
  void aLostStateIsInstalledAndTheLogBehindItIsKept() {
    DrivenCore node = DrivenCore.behind(3, new LogId(1, 5), LogId.ZERO, null, 2, 2);
    assertThat(sent(node.receive(A, new Heartbeat(3, 0, 1)), HeartbeatReply.class))
        .containsExactly(new HeartbeatReply(3, 1, 7, 5));
    // It votes by its log, and acknowledges, and applies nothing.
    List<Action> appended = node.receive(A, new AppendEntries(3, new LogId(2, 7), List.of(entry(3, 8)), 8));
    assertThat(sent(appended, AppendEntriesAccepted.class)).containsExactly(new AppendEntriesAccepted(3, 8));
    node.persist();
    assertThat(ofKind(node.take(), Apply.class)).isEmpty();

    // Too old: between it and the log, entries would be missing; the log's may not be dropped.
    assertThat(node.receive(A, chunk(3, snapshot(1, 4)))).isEmpty();
    assertThat(receiveWhole(node, 3, snapshot(2, 6))).containsExactly(new InstallState(1, false));
    List<Action> installed = node.step(new Installed(MAX));
    assertThat(ofKind(installed, ResetLog.class)).isEmpty();
    assertThat(ofKind(installed, Apply.class)).containsExactly(new Apply(8));
    assertThat(sent(installed, InstallSnapshotReply.class)).containsExactly(new InstallSnapshotReply(3, 106, 10, true));
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(3, 8));
    assertThat(sent(node.receive(A, new Heartbeat(3, 8, 2)), HeartbeatReply.class))
        .containsExactly(new HeartbeatReply(3, 2, 8));
  }

  @Test
  void aLostStateIsInstalledOnlyWhenTheLogHoldsItsLastEntryDurably() {
    DrivenCore node = DrivenCore.behind(3, new LogId(1, 5), LogId.ZERO, null, 2, 2);
    node.receive(A, new AppendEntries(3, new LogId(2, 7), List.of(entry(3, 8)), 8));
    assertThat(receiveWhole(node, 3, snapshot(3, 8))).isEmpty();
    node.take();
    node.persist();
    assertThat(node.take()).containsExactly(new InstallState(1, false));
  }

  @Test
  void whoLostItsStateVotesAndDoesNotStand() {
    DrivenCore node = DrivenCore.behind(3, new LogId(1, 5), LogId.ZERO, null, 2, 2);
    node.pass(5_000);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.take();
    node.receive(B, new RequestVote(4, new LogId(2, 7), false));
    assertThat(sent(node.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(4, true));
    node.receive(A, new RequestVote(5, new LogId(1, 6), true));
    assertThat(sent(node.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(5, false));
  }

  @Test
  void votesGoOnWhileItInstallsAndItDoesNotStand() {
    DrivenCore node = new DrivenCore(3, 1, 1, 2);
    receiveWhole(node, 3, snapshot(3, 9));
    node.take();
    node.receive(B, new RequestVote(4, new LogId(3, 9), true));
    assertThat(sent(node.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(4, true));
    node.persist();
    node.pass(5_000);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.step(new Installed(MAX));
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(3, 9));
  }

  @Test
  void aStartGoesOnWithAResetThatIsOwed() {
    LogStart owed = new LogStart(new LogId(3, 9), 7, DrivenCore.CONFIGURATION);
    DrivenCore node = DrivenCore.behind(3, LogId.ZERO, new LogId(3, 9), owed, 1, 1, 2);
    List<Action> first = node.take();
    assertThat(ofKind(first, ResetLog.class)).containsExactly(new ResetLog(owed));
    assertThat(DrivenCore.appends(node.receive(A, new AppendEntries(3, new LogId(3, 9), List.of(entry(3, 10)), 9))))
        .isFalse();
    node.persist();
    assertThat(ofKind(node.take(), ForgetLogReset.class)).hasSize(1);
    node.step(new LogResetForgotten());
    assertThat(node.core.isInstalling()).isFalse();
    assertThat(node.core.clusterTimeNanos()).isEqualTo(7);
  }

  @Test
  void aStartThatFindsTheResetDoneDropsNothing() {
    LogStart owed = new LogStart(new LogId(3, 9), 0, DrivenCore.CONFIGURATION);
    DrivenCore node = DrivenCore.behind(3, new LogId(3, 9), new LogId(3, 9), owed);
    assertThat(node.take()).containsExactly(new ForgetLogReset());
  }

  @Test
  void aResetLowersWhatLateSyncsProve() {
    DrivenCore node = new DrivenCore(4);
    // Entries of a deposed leader on their way to the disk, more of them than the snapshot covers.
    node.receive(A, new AppendEntries(4, LogId.ZERO,
        List.of(entry(3, 1), entry(3, 2), entry(3, 3), entry(3, 4), entry(3, 5), entry(3, 6)), 0));
    receiveWhole(node, 4, snapshot(4, 4));
    node.step(new Installed(MAX));
    node.step(new Persisted(1));
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(4, 4));
    assertThat(node.core.persistedIndex()).isLessThanOrEqualTo(4);
  }

  @Test
  void aLeaderSendsASnapshotWhereItsLogEndsAndGoesOnBehindIt() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.leadWith(A);
    long term = leader.core.term();
    leader.step(new Compacted(new LogId(1, 3)));
    // B's log ends at 1: what would follow it is not in the leader's log any more.
    leader.take();
    leader.receive(B, new AppendEntriesRejected(term, 3, new LogId(1, 1)));
    List<Action> actions = leader.take();
    OpenSnapshot open = ofKind(actions, OpenSnapshot.class).get(0);
    assertThat(open.minIndex()).isEqualTo(3);
    assertThat(leader.core.snapshotsKeepAfter()).isEqualTo(3);

    SnapshotMeta meta = snapshot(term, 4);
    assertThat(leader.step(new SnapshotOpened(open.transfer(), meta)))
        .containsExactly(new SendSnapshotChunk(open.transfer(), B, 1, term, 0));
    assertThat(leader.receive(B, new InstallSnapshotReply(term, meta.id(), 6, false)))
        .containsExactly(new SendSnapshotChunk(open.transfer(), B, 1, term, 6));
    assertThat(leader.receive(B, new InstallSnapshotReply(term, meta.id(), 6, false))).as("said twice").isEmpty();
    leader.propose();
    assertThat(ofKind(leader.take(), SendAppend.class)).as("nothing to B meanwhile").noneMatch(s -> s.to().equals(B));
    List<Action> done = leader.receive(B, new InstallSnapshotReply(term, meta.id(), 10, true));
    assertThat(done).contains(new CloseSnapshot(open.transfer()));
    assertThat(ofKind(done, SendAppend.class)).singleElement()
        .satisfies(send -> assertThat(send.prev()).isEqualTo(new LogId(term, 4)));
  }

  @Test
  void aChunkThatIsLostIsSentAgainFromWhereTheFollowerIs() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    long term = leader.core.term();
    List<Action> asked = leader.receive(B, new HeartbeatReply(term, 1, 4, 3));
    OpenSnapshot open = ofKind(asked, OpenSnapshot.class).get(0);
    SnapshotMeta meta = snapshot(term, 4);
    leader.step(new SnapshotOpened(open.transfer(), meta));
    leader.receive(B, new InstallSnapshotReply(term, meta.id(), 6, false));
    leader.take();
    leader.receive(B, new InstallSnapshotReply(term, meta.id(), 2, false));
    for (int i = 0; i < 10; i++) {
      leader.pass(50);
      leader.receive(A, new HeartbeatReply(term, 1, 4));
      leader.receive(B, new HeartbeatReply(term, 1, 4, 3));
    }
    assertThat(ofKind(leader.take(), SendSnapshotChunk.class)).isNotEmpty().allMatch(chunk -> chunk.offset() == 2);
  }

  // ---- what arrived is not what was sent

  @Test
  void whatIsNotWhatWasSentIsRefusedUntilTheLeaderHasHeardSo() {
    DrivenCore node = new DrivenCore(3, 1, 1, 2);
    long reception = reception(node.receive(A, chunk(3, snapshot(3, 9))));
    assertThat(sent(node.step(new ReceivedRefused(reception)), SnapshotRefused.class))
        .containsExactly(new SnapshotRefused(3, 109));
    // That was lost, and the leader repeats the last chunk: nothing is received again, and nothing is said twice without being asked.
    assertThat(node.step(new ReceivedRefused(reception))).isEmpty();
    List<Action> again = node.receive(A, chunk(3, snapshot(3, 9)));
    assertThat(ofKind(again, StoreChunk.class)).isEmpty();
    assertThat(sent(again, SnapshotRefused.class)).containsExactly(new SnapshotRefused(3, 109));
    // Another one is received, and only that one counts.
    assertThat(reception(node.receive(A, chunk(3, snapshot(3, 10))))).isGreaterThan(reception);
    assertThat(node.step(new ReceivedRefused(reception))).isEmpty();
    List<Action> whole = node.step(new ChunkStored(reception + 1, 10, true));
    node.persist();
    assertThat(ofKind(whole, InstallState.class)).containsExactly(new InstallState(reception + 1, true));
  }

  /** B's state is lost, and it is sent a snapshot of entry 4. @return the transfer */
  private static long sending(DrivenCore leader, SnapshotMeta meta) {
    long term = leader.core.term();
    OpenSnapshot open = ofKind(leader.receive(B, new HeartbeatReply(term, 1, 4, 3)), OpenSnapshot.class).get(0);
    leader.step(new SnapshotOpened(open.transfer(), meta));
    return open.transfer();
  }

  private static List<Action> askAgain(DrivenCore leader, long millis) {
    leader.take();
    for (long passed = 0; passed < millis; passed += 50) {
      leader.pass(50);
      leader.receive(A, new HeartbeatReply(leader.core.term(), 1, 4));
      leader.receive(B, new HeartbeatReply(leader.core.term(), 1, 4, 3));
    }
    return leader.take();
  }

  /** L5: a log that keeps little would be cut off before it while it follows, and again behind the next snapshot, for ever. */
  @Test
  void theLogWaitsForWhoFollowsASnapshotUntilItHasComeAsFarAsTheOthers() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    long term = leader.core.term();
    SnapshotMeta meta = snapshot(term, 4);
    sending(leader, meta);
    leader.receive(B, new InstallSnapshotReply(term, meta.id(), meta.bytes(), true));
    assertThat(leader.core.snapshotsKeepAfter()).as("installed, and behind").isEqualTo(4);
    for (int i = 0; i < 3; i++) {
      leader.propose();
    }
    long last = leader.core.lastLogId().index();
    leader.step(new Persisted(5));
    leader.receive(A, new AppendEntriesAccepted(term, last));
    assertThat(leader.core.commitIndex()).isEqualTo(last);
    leader.receive(B, new AppendEntriesAccepted(term, last - 1));
    assertThat(leader.core.snapshotsKeepAfter()).as("it follows").isEqualTo(last - 1);
    leader.receive(B, new AppendEntriesAccepted(term, last));
    assertThat(leader.core.snapshotsKeepAfter()).as("it is as far as the others").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLeaderChecksWhatWasRefusedAndSendsAnotherAfterAPause() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    long term = leader.core.term();
    SnapshotMeta meta = snapshot(term, 4);
    long transfer = sending(leader, meta);
    assertThat(leader.receive(B, new SnapshotRefused(term, meta.id() + 1))).as("of another one").isEmpty();
    assertThat(leader.receive(B, new SnapshotRefused(term, meta.id()))).containsExactly(new CheckSnapshot(transfer));
    assertThat(leader.receive(B, new SnapshotRefused(term, meta.id()))).as("said twice").isEmpty();
    assertThat(leader.receive(B, new InstallSnapshotReply(term, meta.id(), 6, false))).as("late").isEmpty();
    // While it looks, it neither repeats a chunk nor opens another: that would be the same, if it was this node that damaged it.
    assertThat(askAgain(leader, 5_000)).noneMatch(SendSnapshotChunk.class::isInstance)
        .noneMatch(OpenSnapshot.class::isInstance);

    assertThat(leader.step(new SnapshotChecked(transfer))).containsExactly(new CloseSnapshot(transfer));
    assertThat(leader.core.snapshotsKeepAfter()).as("no log is kept for it").isEqualTo(Long.MAX_VALUE);
    long pause = TIMEOUT_MILLIS;
    assertThat(ofKind(askAgain(leader, pause - 100), OpenSnapshot.class)).isEmpty();
    assertThat(ofKind(askAgain(leader, 200), OpenSnapshot.class)).singleElement()
        .satisfies(open -> assertThat(open.transfer()).isGreaterThan(transfer));
    assertThat(leader.step(new SnapshotChecked(transfer))).as("of a transfer that is over").isEmpty();
  }

  @Test
  void refusalsInARowMakeThePauseLongerAndAnInstallMakesItShortAgain() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    long term = leader.core.term();
    long next = sending(leader, snapshot(term, 4));
    for (int refusals = 0; refusals < 7; refusals++) {
      leader.receive(B, new SnapshotRefused(term, 104));
      leader.step(new SnapshotChecked(next));
      long pause = TIMEOUT_MILLIS << Math.min(refusals, 4);
      assertThat(ofKind(askAgain(leader, pause - 100), OpenSnapshot.class)).as("refused %d times", refusals + 1)
          .isEmpty();
      next = ofKind(askAgain(leader, 200), OpenSnapshot.class).get(0).transfer();
      leader.step(new SnapshotOpened(next, snapshot(term, 4)));
    }
    leader.receive(B, new InstallSnapshotReply(term, 104, 10, true));
    next = sending(leader, snapshot(term, 4));
    leader.receive(B, new SnapshotRefused(term, 104));
    leader.step(new SnapshotChecked(next));
    assertThat(ofKind(askAgain(leader, TIMEOUT_MILLIS + 100), OpenSnapshot.class)).hasSize(1);
  }

  @Test
  void whoeverHoldsItAfterAllIsSentNothingMore() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    long term = leader.core.term();
    SnapshotMeta meta = snapshot(term, 4);
    long transfer = sending(leader, meta);
    leader.receive(B, new SnapshotRefused(term, meta.id()));
    assertThat(leader.receive(B, new InstallSnapshotReply(term, meta.id(), 10, true)))
        .contains(new CloseSnapshot(transfer));
    assertThat(leader.step(new SnapshotChecked(transfer))).isEmpty();
  }
}
