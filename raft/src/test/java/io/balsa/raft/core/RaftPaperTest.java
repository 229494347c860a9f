package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.AcceptProposals;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectProposals;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.Sync;
import io.balsa.raft.action.Truncate;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.TermRange;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The rules of Raft, one by one: given a state and one input, exactly these actions. The names carry the section of the thesis
 * (Ongaro, 2014). This node is n2; its peers are n1 (A) and n3 (B).
 */
class RaftPaperTest {
  private static Sync sync(long seq, Send... sends) {
    return new Sync(seq, List.of(sends));
  }

  private static AppendEntries append(long term, LogId prev, long commit, Entry... entries) {
    return new AppendEntries(term, prev, List.of(entries), commit);
  }

  /** A candidate of term 2 whose own vote is durable. */
  private static DrivenCore candidate() {
    DrivenCore node = new DrivenCore(1, 1);
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(2, true));
    node.persist();
    node.take();
    return node;
  }

  @Test
  void section33_aStaleLeaderLearnsTheNewTerm() {
    DrivenCore node = new DrivenCore(5, 1, 2);
    assertThat(node.receive(A, append(4, new LogId(2, 2), 0)))
        .containsExactly(new Send(A, 1, new AppendEntriesRejected(5, 0, LogId.ZERO)));
    assertThat(node.receive(A, new Heartbeat(4, 0, 9)))
        .containsExactly(new Send(A, 1, new HeartbeatReply(5, HeartbeatReply.NO_ROUND, 2)));
    assertThat(node.receive(A, new RequestVote(4, new LogId(4, 9), false)))
        .containsExactly(new Send(A, 1, new RequestVoteReply(5, false)));
  }

  @Test
  void section33_repliesOfAnOldTermDoNothing() {
    DrivenCore node = new DrivenCore(5, 1, 2);
    assertThat(node.receive(A, new RequestVoteReply(4, true))).isEmpty();
    assertThat(node.receive(A, new AppendEntriesAccepted(4, 2))).isEmpty();
    assertThat(node.receive(A, new TimeoutNow(4))).isEmpty();
  }

  @Test
  void section33_aLeaderThatSeesAHigherTermFollows() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    assertThat(node.receive(B, new HeartbeatReply(7, 1, 0))).containsExactly(new SaveHardState(new HardState(7, null)),
        new RoleChanged(Role.FOLLOWER, 7, null, "heard of term 7 from n3"), sync(3));
  }

  @Test
  void section34_aCandidateVotesForItselfAndAsksWhenThatIsDurable() {
    DrivenCore node = new DrivenCore(1, 1);
    node.passUntil(Role.PRE_CANDIDATE);
    node.take();
    RequestVote request = new RequestVote(2, new LogId(1, 1), false);
    assertThat(node.receive(A, new PreVoteReply(2, true))).containsExactly(new SaveHardState(new HardState(2, SELF)),
        new RoleChanged(Role.CANDIDATE, 2, null, "a quorum would vote for it"),
        sync(1, new Send(A, 1, request), new Send(B, 1, request)));
  }

  @Test
  void section34_aMajorityMakesALeaderThatBeginsWithANoop() {
    DrivenCore node = candidate();
    Entry noop = new Entry(EntryType.NOOP, 2, 2, 0, Bytes.EMPTY);
    List<TermRange> terms = List.of(new TermRange(2, 2, 2));
    LogId prev = new LogId(1, 1);
    assertThat(node.receive(B, new RequestVoteReply(2, true))).containsExactly(new Append(List.of(noop)),
        new SendAppend(A, 1, 2, prev, terms, 0), new SendAppend(B, 1, 2, prev, terms, 0),
        new RoleChanged(Role.LEADER, 2, SELF, "elected"), sync(2));
  }

  @Test
  void section34_aCandidateReturnsToFollowerWhenAnotherLeads() {
    DrivenCore node = candidate();
    assertThat(node.receive(A, new Heartbeat(2, 0, 1))).containsExactly(new Send(A, 1, new HeartbeatReply(2, 1, 1)),
        new RoleChanged(Role.FOLLOWER, 2, A, "follows n1"));
  }

  @Test
  void section34_oneVoteATermFirstComeFirstServed() {
    DrivenCore node = new DrivenCore(1, 1);
    Send granted = new Send(A, 1, new RequestVoteReply(2, true));
    assertThat(node.receive(A, new RequestVote(2, new LogId(1, 1), false))).containsExactly(
        new SaveHardState(new HardState(2, null)), new SaveHardState(new HardState(2, A)),
        new RoleChanged(Role.FOLLOWER, 2, null, "votes for n1"), sync(1, granted));
    // Not durable yet: the repeated answer waits for the disk as the first one does.
    assertThat(node.receive(A, new RequestVote(2, new LogId(1, 1), false))).containsExactly(sync(2, granted));
    node.step(new Persisted(2));
    assertThat(node.receive(A, new RequestVote(2, new LogId(1, 1), false))).containsExactly(granted);
    assertThat(node.receive(B, new RequestVote(2, new LogId(1, 1), false)))
        .containsExactly(new Send(B, 1, new RequestVoteReply(2, false)));
  }

  @Test
  void section35_entriesAreAcknowledgedWhenTheyAreDurable() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThat(node.receive(A, append(1, new LogId(1, 1), 0, entry(1, 2), entry(1, 3)))).containsExactly(
        new Append(List.of(entry(1, 2), entry(1, 3))), new RoleChanged(Role.FOLLOWER, 1, A, "follows n1"),
        sync(1, new Send(A, 1, new AppendEntriesAccepted(1, 3))));
    node.step(new Persisted(1));
    assertThat(node.receive(A, append(1, new LogId(1, 1), 0, entry(1, 2))))
        .containsExactly(new Send(A, 1, new AppendEntriesAccepted(1, 2)));
  }

  @Test
  void section35_entriesThatDoNotFollowAreRefusedWithAHint() {
    DrivenCore node = new DrivenCore(6, 1, 1, 4, 4);
    node.receive(A, new Heartbeat(6, 0, 1));
    assertThat(node.receive(A, append(6, new LogId(5, 9), 0, entry(6, 10))))
        .containsExactly(new Send(A, 1, new AppendEntriesRejected(6, 9, new LogId(4, 4))));
    // Whatever is of a higher term than prev cannot match.
    assertThat(node.receive(A, append(6, new LogId(2, 4), 0, entry(6, 5))))
        .containsExactly(new Send(A, 1, new AppendEntriesRejected(6, 4, new LogId(1, 2))));
  }

  @Test
  void section35_aConflictDeletesTheEntryAndAllThatFollow() {
    DrivenCore node = new DrivenCore(3, 1, 2, 2, 2);
    node.receive(A, new Heartbeat(3, 0, 1));
    assertThat(node.receive(A, append(3, new LogId(1, 1), 0, entry(3, 2)))).containsExactly(new Truncate(2),
        new Append(List.of(entry(3, 2))), sync(1, new Send(A, 1, new AppendEntriesAccepted(3, 2))));
  }

  @Test
  void section35_whatIsThereAlreadyIsNeitherWrittenNorCut() {
    DrivenCore node = new DrivenCore(1, 1, 1, 1);
    node.receive(A, new Heartbeat(1, 0, 1));
    assertThat(node.receive(A, append(1, LogId.ZERO, 0, entry(1, 1))))
        .containsExactly(new Send(A, 1, new AppendEntriesAccepted(1, 1)));
    assertThat(node.core.lastLogId()).isEqualTo(new LogId(1, 3));
  }

  @Test
  void section35_aFollowerCommitsNoMoreThanItWasShown() {
    DrivenCore node = new DrivenCore(1, 1, 1, 1);
    assertThat(node.receive(A, append(1, new LogId(1, 1), 3, entry(1, 2)))).containsExactly(new Apply(2),
        new Send(A, 1, new AppendEntriesAccepted(1, 2)), new RoleChanged(Role.FOLLOWER, 1, A, "follows n1"));
  }

  @Test
  void section35_aLeaderGoesBackToWhereTheLogsCanAgree() {
    DrivenCore node = new DrivenCore(2, 1, 1, 2);
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(3, true));
    node.persist();
    node.receive(A, new RequestVoteReply(3, true));
    assertThat(node.receive(B, new AppendEntriesRejected(3, 3, new LogId(1, 1))))
        .containsExactly(new SendAppend(B, 1, 3,
            new LogId(1, 1), List.of(new TermRange(1, 2, 2), new TermRange(2, 3, 3), new TermRange(3, 4, 4)), 0));
  }

  @Test
  void section35_aLateRejectionMovesNobodyBack() {
    DrivenCore node = new DrivenCore(2, 1, 1, 2);
    node.lead();
    assertThat(node.receive(A, new AppendEntriesRejected(3, 4, new LogId(1, 1)))).isEmpty();
  }

  @Test
  void section361_aVoteGoesOnlyToALogThatIsAtLeastAsUpToDate() {
    DrivenCore node = new DrivenCore(2, 1, 2);
    assertThat(DrivenCore.sent(node.receive(A, new RequestVote(3, new LogId(1, 9), false)), RequestVoteReply.class))
        .containsExactly(new RequestVoteReply(3, false));
    assertThat(DrivenCore.sent(node.receive(A, new RequestVote(4, new LogId(2, 1), false)), RequestVoteReply.class))
        .containsExactly(new RequestVoteReply(4, false));
    assertThat(DrivenCore.sent(node.receive(A, new RequestVote(5, new LogId(2, 2), false)), RequestVoteReply.class))
        .containsExactly(new RequestVoteReply(5, true));
  }

  @Test
  void section362_onlyEntriesOfTheCurrentTermAreCommittedByCounting() {
    DrivenCore node = candidate();
    node.receive(B, new RequestVoteReply(2, true));
    node.persist();
    node.take();
    assertThat(node.receive(A, new AppendEntriesAccepted(2, 1))).as("an entry of term 1 on a majority")
        .doesNotHaveAnyElementsOfTypes(Apply.class);
    assertThat(node.receive(A, new AppendEntriesAccepted(2, 2))).containsExactly(new Apply(2));
  }

  @Test
  void section362_theLeaderCountsItselfOnlyByItsDisk() {
    DrivenCore node = candidate();
    node.receive(B, new RequestVoteReply(2, true));
    assertThat(node.receive(A, new AppendEntriesAccepted(2, 2))).isEmpty();
    assertThat(node.step(new Persisted(2))).containsExactly(new Apply(2));
  }

  @Test
  void section362_aMajorityOfOthersCommitsAndTheLeaderAppliesWhatItHolds() {
    DrivenCore node = candidate();
    node.receive(B, new RequestVoteReply(2, true));
    node.receive(A, new AppendEntriesAccepted(2, 2));
    assertThat(node.receive(B, new AppendEntriesAccepted(2, 2)))
        .as("committed; here only entry 1 is durable").containsExactly(new Apply(1));
    assertThat(node.core.commitIndex()).isEqualTo(2);
    assertThat(node.step(new Persisted(2))).containsExactly(new Apply(2));
  }

  @Test
  void section38_aRestartedNodeRemembersItsTermAndVote() {
    DrivenCore node = new DrivenCore(4, 1);
    assertThat(node.core.hardState()).isEqualTo(new HardState(4, null));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core.commitIndex()).isZero();
  }

  @Test
  void section310_timeoutNowMakesAFollowerStandAtOnceAndVotersDoNotProtectTheOldLeader() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new Heartbeat(1, 0, 1));
    RequestVote request = new RequestVote(2, new LogId(1, 1), true);
    assertThat(node.receive(A, new TimeoutNow(1))).containsExactly(new SaveHardState(new HardState(2, SELF)),
        new RoleChanged(Role.CANDIDATE, 2, null, "leader n1 asked it to take over"),
        sync(1, new Send(A, 1, request), new Send(B, 1, request)));
    DrivenCore voter = new DrivenCore(1, 1);
    voter.receive(A, new Heartbeat(1, 0, 1));
    assertThat(DrivenCore.sent(voter.receive(B, request), RequestVoteReply.class))
        .containsExactly(new RequestVoteReply(2, true));
  }

  @Test
  void section310_onlyTheLeaderMayAskForThat() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new Heartbeat(1, 0, 1));
    assertThat(node.receive(B, new TimeoutNow(1))).isEmpty();
  }

  @Test
  void section423_aVoteIsRefusedTermAndAllWhileALeaderIsAlive() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new Heartbeat(1, 0, 1));
    assertThat(node.receive(B, new RequestVote(9, new LogId(1, 1), false))).isEmpty();
    assertThat(node.core.term()).isEqualTo(1);
  }

  @Test
  void section62_aNodeThatDoesNotLeadSaysWhetherItKnowsWhoDoes() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThat(node.propose()).containsExactly(new RejectProposals(Rejection.NO_LEADER));
    node.receive(A, new Heartbeat(1, 0, 1));
    assertThat(node.propose()).containsExactly(new RejectProposals(Rejection.NOT_LEADER));
  }

  @Test
  void section62_aLeaderThatHearsNoQuorumStepsDown() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    node.pass(990);
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
    node.pass(20);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void section64_aReadTakesTheCommitIndexWhenItsRoundIsSentAndWaitsForAQuorum() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    long term = node.core.term();
    List<Heartbeat> round = DrivenCore.sent(node.step(new Read(List.of(7L))), Heartbeat.class);
    assertThat(round).hasSize(2);
    assertThat(node.receive(A, new HeartbeatReply(term, round.get(0).round() - 1, 2)))
        .as("an answer to an earlier round").doesNotHaveAnyElementsOfTypes(ReadReady.class);
    assertThat(node.receive(A, new HeartbeatReply(term, round.get(0).round(), 2))).containsExactly(new ReadReady(7, 2));
  }

  @Test
  void section96_aPreVoteChangesNothingAndIsRefusedWhileALeaderIsAlive() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThat(node.receive(B, new PreVote(2, new LogId(1, 1))))
        .containsExactly(new Send(B, 1, new PreVoteReply(2, true)));
    assertThat(node.receive(B, new PreVote(2, LogId.ZERO))).containsExactly(new Send(B, 1, new PreVoteReply(1, false)));
    node.receive(A, new Heartbeat(1, 0, 1));
    assertThat(node.receive(B, new PreVote(2, new LogId(1, 1))))
        .containsExactly(new Send(B, 1, new PreVoteReply(1, false)));
    assertThat(node.core.hardState()).isEqualTo(new HardState(1, null));
  }

  @Test
  void section102_proposalsAreWrittenAndSentInParallel() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    LogId prev = node.core.lastLogId();
    long next = prev.index() + 1;
    List<TermRange> terms = List.of(new TermRange(prev.term(), next, next));
    assertThat(node.propose()).startsWith(new Append(List.of(entry(prev.term(), next))),
        new SendAppend(A, 1, prev.term(), prev, terms, prev.index()),
        new SendAppend(B, 1, prev.term(), prev, terms, prev.index()), new AcceptProposals(prev.term(), next, 1));
  }

  @Test
  void c1_anAcknowledgementOfWhatTheLeaderNeverHadStopsTheNode() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    assertThatThrownBy(() -> node.receive(A, new AppendEntriesAccepted(node.core.term(), 99)))
        .isInstanceOf(Check.InvariantViolation.class);
  }

  @Test
  void c4_anAcknowledgedEntryThatAFollowerHasLostStopsThatFollower() {
    DrivenCore node = new DrivenCore(1, 1);
    assertThatThrownBy(() -> node.receive(A, new Heartbeat(1, 2, 1))).isInstanceOf(Check.InvariantViolation.class);
  }
}
