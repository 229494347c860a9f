package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.CONFIGURATION;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.member;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.MembershipRejected;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.Sync;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Bind;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Update;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.TermRange;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a leader does when its membership is to change, rule by rule: thesis 4.1, 4.2.1, I1, I5. The leader is n2 of n1, n2, n3. */
class MembershipTest {
  private static final NodeId D = new NodeId("n4");
  private static final Member RESERVED = new Member(D, Member.RESERVED, false, "n4:1", "n4:2");

  private final DrivenCore leader = new DrivenCore(1);

  private List<Action> change(MembershipChange change) {
    return leader.step(new ChangeMembership(change));
  }

  private MembershipRejected refused(MembershipChange change) {
    List<Action> actions = change(change);
    assertThat(actions).hasSize(1).first().isInstanceOf(MembershipRejected.class);
    return (MembershipRejected) actions.get(0);
  }

  private MembershipRejection why(MembershipChange change) {
    return refused(change).why();
  }

  private long accepted(MembershipChange change) {
    List<MembershipAccepted> accepted = ofKind(change(change), MembershipAccepted.class);
    assertThat(accepted).as("%s", change).hasSize(1);
    return accepted.get(0).index();
  }

  /** The newest entries are committed by these, and applied. */
  private void commit(NodeId... by) {
    leader.persist();
    for (NodeId peer : by) {
      leader.acceptAll(peer);
    }
    assertThat(leader.core.commitIndex()).isEqualTo(leader.core.lastLogId().index());
    leader.step(new Applied(leader.core.commitIndex(), Long.MAX_VALUE));
    leader.take();
  }

  private void committed(MembershipChange change, NodeId... by) {
    accepted(change);
    commit(by);
  }

  /** These answer heartbeats, holding all of the log, while this time passes. */
  private void passHeard(long millis, NodeId... peers) {
    for (long passed = 0; passed < millis; passed += 10) {
      leader.pass(10);
      long round = sent(leader.take(), Heartbeat.class).stream().mapToLong(Heartbeat::round).max().orElse(0);
      for (NodeId peer : peers) {
        if (round > 0) {
          leader.receive(peer, new HeartbeatReply(leader.core.term(), round, leader.core.lastLogId().index()));
        }
      }
    }
    leader.take();
  }

  /** A learner that holds everything, and was heard just now. */
  private void learnerThatHasCaughtUp() {
    leader.lead();
    committed(new AddLearner(member(D, false)), A);
    leader.acceptAll(D);
    passHeard(200, A, B, D);
  }

  private Append appended(long term, long index, Configuration configuration) {
    return new Append(List.of(new Entry(EntryType.CONFIGURATION, term, index, 0, configuration.encode())));
  }

  private static SendAppend append(NodeId to, long term, long index, long commit) {
    return append(to, 1, term, index, commit);
  }

  private static SendAppend append(NodeId to, long incarnation, long term, long index, long commit) {
    return new SendAppend(to, incarnation, term, new LogId(term, index - 1), List.of(new TermRange(term, index, index)),
        commit);
  }

  // ---- who may change it, and when

  @Test
  void onlyALeaderChangesIt() {
    assertThat(why(new AddLearner(RESERVED))).isEqualTo(MembershipRejection.NO_LEADER);
    leader.receive(A, new Heartbeat(3, 0, 1));
    MembershipRejected refused = refused(new AddLearner(RESERVED));
    assertThat(refused.why()).isEqualTo(MembershipRejection.NOT_LEADER);
    assertThat(refused.message()).contains("n1");
  }

  /**
   * The bug of 2015: a leader that appends a configuration before an entry of its own term is committed does not know whether the
   * configuration before it is; two could be in force that share no majority.
   */
  @Test
  void theSingleServerBugOf2015_nothingIsChangedBeforeTheNoopOfTheTermIsApplied() {
    leader.passUntil(Role.PRE_CANDIDATE);
    leader.receive(A, new PreVoteReply(2, true));
    leader.persist();
    leader.receive(A, new RequestVoteReply(2, true));
    leader.take();
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
    assertThat(why(new AddLearner(RESERVED))).isEqualTo(MembershipRejection.NO_LEADER);
    leader.persist();
    leader.acceptAll(A);
    assertThat(leader.core.commitIndex()).isEqualTo(1);
    assertThat(why(new AddLearner(RESERVED))).as("committed, not applied").isEqualTo(MembershipRejection.NO_LEADER);
    leader.step(new Applied(1, Long.MAX_VALUE));
    accepted(new AddLearner(RESERVED));
  }

  @Test
  void section41_oneChangeAtATime() {
    leader.lead();
    long index = accepted(new AddLearner(RESERVED));
    MembershipRejected refused = refused(new Remove(B, 1));
    assertThat(refused.why()).isEqualTo(MembershipRejection.CHANGE_UNDER_WAY);
    assertThat(refused.message()).contains(String.valueOf(index));
    commit(A);
    committed(new Remove(B, 1), A);
  }

  @Test
  void nothingIsChangedWhileLeadershipIsHandedOver() {
    leader.lead();
    leader.step(new TransferLeadership(A));
    MembershipRejected refused = refused(new Remove(A, 1));
    assertThat(refused.why()).isEqualTo(MembershipRejection.NO_LEADER);
    assertThat(refused.message()).contains("n1");
  }

  // ---- add, bind, update

  @Test
  void section421_aLearnerGetsTheLogFromAppendOn() {
    leader.lead();
    long term = leader.core.term();
    assertThat(change(new AddLearner(member(D, false)))).containsExactly(
        appended(term, 2, CONFIGURATION.with(member(D, false))), append(A, term, 2, 1), append(B, term, 2, 1),
        append(D, term, 2, 1), new MembershipAccepted(term, 2), new Sync(3, List.of()));
    assertThat(leader.core.configuration().learners()).containsExactly(D);
    assertThat(leader.core.committedConfiguration()).isEqualTo(CONFIGURATION);
    assertThat(leader.core.committedConfigurationIndex()).isZero();
    commit(A);
    assertThat(leader.core.committedConfiguration().learners()).containsExactly(D);
    assertThat(leader.core.committedConfigurationIndex()).isEqualTo(2);
    assertThat(leader.receive(D, new AppendEntriesRejected(term, 1, LogId.ZERO))).containsExactly(
        new SendAppend(D, 1, term, LogId.ZERO, List.of(new TermRange(term, 1, 2)), 2));
  }

  @Test
  void aLearnerCountsForNothing() {
    leader.lead();
    committed(new AddLearner(member(D, false)), A);
    leader.take();
    leader.propose();
    leader.acceptAll(D);
    leader.persist();
    assertThat(leader.core.commitIndex()).as("commit").isEqualTo(2);
    leader.step(new Read(List.of(7L)));
    long round = sent(leader.take(), Heartbeat.class).get(0).round();
    assertThat(leader.receive(D, new HeartbeatReply(leader.core.term(), round, 3))).as("read").isEmpty();
    passHeard(1_200, D);
    assertThat(leader.core.role()).as("check-quorum").isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aReservedMemberGetsNothingUntilANodeHasCome() {
    leader.lead();
    long term = leader.core.term();
    assertThat(change(new AddLearner(RESERVED))).containsExactly(appended(term, 2, CONFIGURATION.with(RESERVED)),
        append(A, term, 2, 1), append(B, term, 2, 1), new MembershipAccepted(term, 2), new Sync(3, List.of()));
    commit(A);
    leader.pass(110);
    assertThat(ofKind(leader.take(), Send.class)).extracting(Send::to).isNotEmpty().doesNotContain(D);
    assertThat(refused(new Promote(D))).isEqualTo(
        new MembershipRejected(MembershipRejection.NOT_CAUGHT_UP, "no node has come as n4 yet"));
    Member bound = new Member(D, 44, false, "host:1", "host:2");
    assertThat(change(new Bind(D, 44, "host:1", "host:2"))).containsExactly(
        appended(term, 3, CONFIGURATION.with(bound)), append(A, term, 3, 2),
        new SendAppend(B, 1, term, new LogId(term, 2), List.of(new TermRange(term, 3, 3)), 2),
        append(D, 44, term, 3, 2),
        new MembershipAccepted(term, 3), new Sync(4, List.of()));
  }

  @Test
  void onlyAReservedIdIsBound() {
    leader.lead();
    assertThat(why(new Bind(D, 44, "", ""))).isEqualTo(MembershipRejection.UNKNOWN_MEMBER);
    assertThat(why(new Bind(A, 1, "", ""))).isEqualTo(MembershipRejection.ALREADY_MEMBER);
    assertThat(why(new Bind(A, 2, "", ""))).isEqualTo(MembershipRejection.WRONG_INCARNATION);
  }

  @Test
  void anIdIsAddedOnce() {
    leader.lead();
    assertThat(why(new AddLearner(member(A, false)))).isEqualTo(MembershipRejection.ALREADY_MEMBER);
  }

  @Test
  void thereIsAnEndOfMembers() {
    leader.lead();
    for (int i = 4; i <= Configuration.MEMBERS_MAX; i++) {
      committed(new AddLearner(new Member(new NodeId("m" + i), Member.RESERVED, false, "", "")), A);
    }
    MembershipRejected refused = refused(new AddLearner(RESERVED));
    assertThat(refused.why()).isEqualTo(MembershipRejection.TOO_MANY_MEMBERS);
    assertThat(refused.message()).contains("64");
  }

  @Test
  void whatIsNoPartOfAnIdentityMayChange() {
    leader.lead();
    long term = leader.core.term();
    Member moved = new Member(B, 1, true, "far:1", "far:2", 5, "z1");
    assertThat(change(new Update(B, "far:1", "far:2", 5, "z1"))).containsExactly(
        appended(term, 2, CONFIGURATION.with(moved)), append(A, term, 2, 1), append(B, term, 2, 1),
        new MembershipAccepted(term, 2), new Sync(3, List.of()));
    commit(A);
    assertThat(why(new Update(D, "", "", 0, ""))).isEqualTo(MembershipRejection.UNKNOWN_MEMBER);
  }

  // ---- promote

  @Test
  void section421_aLearnerThatHasCaughtUpIsPromoted() {
    learnerThatHasCaughtUp();
    long term = leader.core.term();
    assertThat(change(new Promote(D))).containsExactly(appended(term, 3, CONFIGURATION.with(member(D, true))),
        append(A, term, 3, 2), append(B, term, 3, 2), append(D, term, 3, 2), new MembershipAccepted(term, 3),
        new Sync(4, List.of()));
    leader.persist();
    leader.acceptAll(A);
    assertThat(leader.core.commitIndex()).as("two of four").isEqualTo(2);
    leader.acceptAll(D);
    assertThat(leader.core.commitIndex()).as("three of four").isEqualTo(3);
    leader.step(new Applied(3, Long.MAX_VALUE));
    assertThat(why(new Promote(D))).isEqualTo(MembershipRejection.NOT_A_LEARNER);
    assertThat(why(new Promote(new NodeId("n9")))).isEqualTo(MembershipRejection.UNKNOWN_MEMBER);
  }

  @Test
  void section421_aLearnerThatWasNotHeardIsNotPromoted() {
    leader.lead();
    committed(new AddLearner(member(D, false)), A);
    MembershipRejected refused = refused(new Promote(D));
    assertThat(refused.why()).isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
    assertThat(refused.message()).contains("n4").contains("1000 ms");
  }

  @Test
  void section421_aLearnerThatFallsSilentIsNotPromoted() {
    learnerThatHasCaughtUp();
    passHeard(1_100, A, B);
    assertThat(why(new Promote(D))).isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
  }

  @Test
  void section421_aLearnerThatLagsIsNotPromoted() {
    leader.lead();
    for (int i = 0; i < 20; i++) {
      leader.propose();
    }
    commit(A);
    committed(new AddLearner(member(D, false)), A);
    passHeard(1_200, A, B, D);
    leader.receive(D, new AppendEntriesAccepted(leader.core.term(), 5));
    MembershipRejected refused = refused(new Promote(D));
    assertThat(refused.why()).isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
    assertThat(refused.message()).contains("holds 5 of 22").contains("17 are missing");
    leader.acceptAll(D);
    assertThat(why(new Promote(D))).as("that took longer than an election timeout")
        .isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
    passHeard(200, A, B, D);
    accepted(new Promote(D));
  }

  /** The moment before the leader notices that it must step down. */
  @Test
  void aPromotionThatCouldNotBeCommittedIsRefused() {
    learnerThatHasCaughtUp();
    passHeard(850, D);
    leader.tick(200);
    MembershipRejected refused = refused(new Promote(D));
    assertThat(refused.why()).isEqualTo(MembershipRejection.QUORUM_AT_RISK);
    assertThat(refused.message()).contains("of the 4 voters").contains("[n1, n3]");
  }

  @Test
  void quorumAtRisk_whoIsNotHeardIsNamed() {
    DrivenCore node = DrivenCore.in(CONFIGURATION.with(member(D, true)).with(member(new NodeId("n5"), false)),
        RaftConfig.DEFAULT);
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(1, true));
    node.receive(B, new PreVoteReply(1, true));
    node.persist();
    node.receive(A, new RequestVoteReply(1, true));
    node.receive(B, new RequestVoteReply(1, true));
    node.persist();
    node.acceptAll(A);
    node.acceptAll(B);
    node.step(new Applied(1, Long.MAX_VALUE));
    List<Action> refused = node.step(new ChangeMembership(new Remove(A, 1)));
    assertThat(refused).as("n2 and n3 of three").hasAtLeastOneElementOfType(MembershipAccepted.class);
    node.persist();
    node.acceptAll(B);
    node.step(new Applied(2, Long.MAX_VALUE));
    assertThat(node.step(new ChangeMembership(new Remove(B, 1)))).containsExactly(new MembershipRejected(
        MembershipRejection.QUORUM_AT_RISK,
        "of the 2 voters that there would be, 1 are heard, needed are 2; not heard for 1000 ms: [n4]"));
  }

  // ---- remove

  @Test
  void section41_fewerAcknowledgementsCommitFromAppendOn() {
    learnerThatHasCaughtUp();
    committed(new Promote(D), A, D);
    leader.propose();
    leader.persist();
    leader.acceptAll(A);
    assertThat(leader.core.commitIndex()).as("two of four").isEqualTo(3);
    long term = leader.core.term();
    leader.take();
    assertThat(change(new Remove(D, 1))).containsExactly(appended(term, 5, CONFIGURATION), append(A, term, 5, 3),
        append(B, term, 5, 3), new Apply(4), new MembershipAccepted(term, 5), new Sync(6, List.of()));
    assertThat(leader.core.commitIndex()).as("two of three").isEqualTo(4);
    leader.pass(110);
    assertThat(ofKind(leader.take(), Send.class)).extracting(Send::to).isNotEmpty().doesNotContain(D);
  }

  /** The normal case of a repair. */
  @Test
  void aMemberThatIsGoneIsRemoved() {
    leader.leadWith(A);
    passHeard(1_200, A);
    committed(new Remove(B, 1), A);
  }

  @Test
  void aRemovalThatCouldNotBeCommittedIsRefused() {
    leader.leadWith(A);
    passHeard(600, A);
    MembershipRejected refused = refused(new Remove(A, 1));
    assertThat(refused.why()).isEqualTo(MembershipRejection.QUORUM_AT_RISK);
    assertThat(refused.message()).contains("[n3]");
  }

  @Test
  void exactlyThisIncarnationIsRemoved() {
    leader.lead();
    assertThat(why(new Remove(B, 2))).isEqualTo(MembershipRejection.WRONG_INCARNATION);
    assertThat(why(new Remove(D, 1))).isEqualTo(MembershipRejection.UNKNOWN_MEMBER);
    committed(new AddLearner(RESERVED), A);
    assertThat(why(new Remove(D, 4))).isEqualTo(MembershipRejection.WRONG_INCARNATION);
    committed(new Remove(D, Member.RESERVED), A);
  }

  @Test
  void theLastVoterStays() {
    DrivenCore node = DrivenCore.in(new Configuration(List.of(member(SELF, true))), RaftConfig.DEFAULT);
    node.passUntil(Role.CANDIDATE);
    node.persist();
    node.persist();
    node.step(new Applied(1, Long.MAX_VALUE));
    assertThat(ofKind(node.step(new ChangeMembership(new Remove(SELF, 1))), MembershipRejected.class))
        .containsExactly(new MembershipRejected(MembershipRejection.LAST_VOTER, "n2 is the only voter"));
  }

  @Test
  void theSnapshotOnItsWayToWhoIsRemovedEnds() {
    leader.lead();
    committed(new AddLearner(member(D, false)), A);
    leader.receive(D, new HeartbeatReply(leader.core.term(), 1, 0, 2));
    assertThat(ofKind(leader.take(), OpenSnapshot.class)).hasSize(1);
    assertThat(ofKind(change(new Remove(D, 1)), CloseSnapshot.class)).hasSize(1);
  }

  // ---- I1

  /** D is replaced: what the old incarnation still has to say is nothing that the new one has said. */
  @Test
  void repliesOfARemovedIncarnationDoNotCountForTheNext() {
    learnerThatHasCaughtUp();
    committed(new Promote(D), A, D);
    passHeard(200, A, B, D);
    committed(new Remove(D, 1), A);
    committed(new AddLearner(new Member(D, 2, false, "n4:1", "n4:2")), A);
    for (long i = leader.core.lastLogId().index(); i > 0; i--) {
      assertThat(leader.receive(D, 1, new AppendEntriesAccepted(leader.core.term(), i))).isEmpty();
    }
    assertThat(leader.receive(D, 1, new HeartbeatReply(99, 9, 9))).as("not even its term").isEmpty();
    assertThat(why(new Promote(D))).isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
    leader.receive(D, 2, new AppendEntriesAccepted(leader.core.term(), leader.core.lastLogId().index()));
    leader.step(new Read(List.of(7L)));
    long round = sent(leader.take(), Heartbeat.class).get(0).round();
    leader.receive(D, 2, new HeartbeatReply(leader.core.term(), round, leader.core.lastLogId().index()));
    assertThat(leader.receive(A, new HeartbeatReply(leader.core.term(), round, 9)))
        .contains(new ReadReady(7, leader.core.commitIndex()));
    accepted(new Promote(D));
  }

  /** Whatever is said, it is said to one incarnation: to the one that is bound, or to the one that asked. */
  @Test
  void whatIsMeantForOneIncarnationReachesNoOther() {
    learnerThatHasCaughtUp();
    committed(new Remove(D, 1), A);
    committed(new AddLearner(new Member(D, 2, false, "n4:1", "n4:2")), A);
    leader.pass(100);
    assertThat(leader.take()).filteredOn(action -> action instanceof Send send && send.to().equals(D))
        .extracting(action -> ((Send) action).incarnation()).isNotEmpty().containsOnly(2L);
    assertThat(leader.receive(D, 1, new PreVote(9, LogId.ZERO)))
        .containsExactly(new Send(D, 1, new PreVoteReply(leader.core.term(), false)));
  }

  /** A node that lags does not know who became a member meanwhile; a leader's word counts all the same. */
  @Test
  void requestsOfWhoIsUnknownHereAreTaken() {
    assertThat(sent(leader.receive(D, 4, new Heartbeat(3, 0, 1)), HeartbeatReply.class)).hasSize(1);
    assertThat(leader.core.leader()).isEqualTo(D);
  }
}
