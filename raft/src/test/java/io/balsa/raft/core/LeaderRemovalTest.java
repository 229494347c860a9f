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
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.PeerForgot;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectProposals;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Thesis 4.2.2: the leader itself is removed, and who stands for election while that is not committed. */
class LeaderRemovalTest {
  private static final Configuration WITHOUT_SELF = CONFIGURATION.without(SELF);

  private final DrivenCore node = new DrivenCore(1);

  /** The leader of n1, n2, n3 has appended n1, n3. */
  private void removeTheLeader() {
    node.lead();
    node.receive(A, new HeartbeatReply(node.core.term(), 0, 1));
    node.receive(B, new HeartbeatReply(node.core.term(), 0, 1));
    assertThat(ofKind(node.step(new ChangeMembership(new Remove(SELF, 1))), MembershipAccepted.class)).hasSize(1);
    node.persist();
    node.take();
  }

  @Test
  void section422_aRemovedLeaderDoesNotCountItself() {
    removeTheLeader();
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
    node.acceptAll(A);
    assertThat(node.core.commitIndex()).as("one of two").isEqualTo(1);
    node.step(new Read(List.of(7L)));
    long round = sent(node.take(), Heartbeat.class).get(0).round();
    node.receive(A, new HeartbeatReply(node.core.term(), round, 2));
    assertThat(ofKind(node.take(), ReadReady.class)).as("one of two").isEmpty();
    node.receive(B, new HeartbeatReply(node.core.term(), round, 2));
    assertThat(ofKind(node.take(), ReadReady.class)).containsExactly(new ReadReady(7, 1));
    node.acceptAll(B);
    assertThat(node.core.commitIndex()).as("two of two").isEqualTo(2);
  }

  @Test
  void section422_aRemovedLeaderThatHearsOneOfTwoStepsDown() {
    removeTheLeader();
    for (int i = 0; i < 120; i++) {
      node.pass(10);
      for (Heartbeat heartbeat : sent(node.take(), Heartbeat.class)) {
        node.receive(A, new HeartbeatReply(node.core.term(), heartbeat.round(), 2));
      }
    }
    assertThat(node.core.role()).isNotEqualTo(Role.LEADER);
  }

  @Test
  void section422_itHandsOverWhenItsRemovalIsCommitted() {
    removeTheLeader();
    long term = node.core.term();
    node.acceptAll(A);
    node.take();
    assertThat(node.receive(B, new AppendEntriesAccepted(term, 2))).containsExactly(new Apply(2),
        new Send(A, 1, new TimeoutNow(term)));
    assertThat(node.propose()).containsExactly(new RejectProposals(Rejection.NO_LEADER));
  }

  /** Nobody tells a removed leader what became of its entries, so those that stand in its log are answered first. */
  @Test
  void itHandsOverWhenWhatItTookIsCommitted() {
    removeTheLeader();
    long term = node.core.term();
    node.propose();
    node.persist();
    node.receive(A, new AppendEntriesAccepted(term, 3));
    node.receive(B, new AppendEntriesAccepted(term, 2));
    assertThat(node.core.commitIndex()).isEqualTo(2);
    assertThat(sent(node.take(), TimeoutNow.class)).as("entry 3 is not committed").isEmpty();
    assertThat(node.receive(B, new AppendEntriesAccepted(term, 3))).containsExactly(new Apply(3),
        new Send(A, 1, new TimeoutNow(term)));
  }

  @Test
  void section422_itStepsDownThoughNobodyTakesOver() {
    removeTheLeader();
    node.acceptAll(A);
    node.acceptAll(B);
    node.step(new Applied(2, Long.MAX_VALUE));
    node.take();
    for (int i = 0; i < 160 && node.core.role() == Role.LEADER; i++) {
      node.pass(10);
      for (Heartbeat heartbeat : sent(node.take(), Heartbeat.class)) {
        node.receive(A, new HeartbeatReply(node.core.term(), heartbeat.round(), 2));
        node.receive(B, new HeartbeatReply(node.core.term(), heartbeat.round(), 2));
      }
    }
    assertThat(node.core.role()).isEqualTo(Role.LEARNER);
    assertThat(node.core.isMember()).isFalse();
    node.pass(5_000);
    assertThat(sent(node.take(), PreVote.class)).as("it does not stand again").isEmpty();
  }

  /** A transfer that an operator asked for after the removal was appended is the hand-over, and ends as it ends. */
  @Test
  void aTransferUnderWayGoesOn() {
    removeTheLeader();
    node.step(new TransferLeadership(B));
    node.acceptAll(A);
    node.take();
    assertThat(node.receive(B, new AppendEntriesAccepted(node.core.term(), 2))).containsExactly(new Apply(2),
        new Send(B, 1, new TimeoutNow(node.core.term())));
    for (int i = 0; i < 160 && ofKind(node.take(), TransferEnded.class).isEmpty(); i++) {
      node.pass(10);
      node.receive(A, new HeartbeatReply(node.core.term(), 1, 2));
      node.receive(B, new HeartbeatReply(node.core.term(), 1, 2));
    }
    assertThat(node.propose()).as("it retires now").containsExactly(new RejectProposals(Rejection.NO_LEADER));
  }

  /** The only voter that is left has forgotten what it had acknowledged: there is nobody to hand over to (I4). */
  @Test
  void withoutAnyVoterThatCountsItStepsDownToo() {
    DrivenCore two = DrivenCore.in(new Configuration(List.of(member(SELF, true), member(A, true))),
        RaftConfig.DEFAULT);
    two.leadWith(A);
    two.receive(A, new HeartbeatReply(1, 0, 1));
    two.step(new ChangeMembership(new Remove(SELF, 1)));
    two.persist();
    two.step(new TransferLeadership(A));
    two.acceptAll(A);
    two.take();
    two.pass(100);
    long round = sent(two.take(), Heartbeat.class).get(0).round();
    two.receive(A, new HeartbeatReply(1, round, 1));
    assertThat(ofKind(two.take(), PeerForgot.class)).hasSize(1);
    two.pass(1_600);
    assertThat(two.core.role()).isEqualTo(Role.LEARNER);
  }

  // ---- who stands

  private static Entry configuration(long term, long index, Configuration configuration) {
    return new Entry(EntryType.CONFIGURATION, term, index, 0, configuration.encode());
  }

  /** It may hold the only log that can win; but it is no voter of the configuration in force, and does not count itself. */
  @Test
  void section422_whoIsLeftOutStandsWhileThatIsNotCommitted() {
    node.receive(A, new AppendEntries(2, LogId.ZERO, List.of(DrivenCore.entry(2, 1), configuration(2, 2, WITHOUT_SELF)),
        1));
    node.persist();
    assertThat(node.core.role()).isEqualTo(Role.LEARNER);
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(3, true));
    assertThat(node.core.role()).as("one of two").isEqualTo(Role.PRE_CANDIDATE);
    node.receive(B, new PreVoteReply(3, true));
    node.persist();
    node.receive(A, new RequestVoteReply(3, true));
    assertThat(node.core.role()).as("one of two").isEqualTo(Role.CANDIDATE);
    node.receive(B, new RequestVoteReply(3, true));
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
    node.persist();
    node.acceptAll(A);
    node.take();
    List<Action> committed = node.receive(B, new AppendEntriesAccepted(3, 3));
    assertThat(committed).as("its removal is committed with its no-op").containsExactly(new Apply(3),
        new Send(A, 1, new TimeoutNow(3)));
  }

  @Test
  void section422_whoIsLeftOutDoesNotStandWhenItKnowsThatThisIsCommitted() {
    node.receive(A, new AppendEntries(2, LogId.ZERO, List.of(DrivenCore.entry(2, 1), configuration(2, 2, WITHOUT_SELF)),
        2));
    node.persist();
    node.take();
    node.pass(5_000);
    assertThat(node.take()).filteredOn(Send.class::isInstance).isEmpty();
  }

  /** I2: an empty directory never makes a voter, whatever the configuration says of another incarnation of the same id. */
  @Test
  void aMemberOfTheSameIdIsNotThisNode() {
    DrivenCore joiner = DrivenCore.in(
        CONFIGURATION.with(new Member(SELF, 9, true, "n2:1", "n2:2")), RaftConfig.DEFAULT);
    assertThat(joiner.core.role()).isEqualTo(Role.LEARNER);
    assertThat(joiner.core.isMember()).isFalse();
    joiner.pass(5_000);
    assertThat(joiner.take()).isEmpty();
  }

  @Test
  void aConfigurationCountsFromAppendAndRevertsOnTruncation() {
    node.receive(A, new AppendEntries(2, LogId.ZERO, List.of(configuration(2, 1, WITHOUT_SELF)), 0));
    assertThat(node.core.configuration()).isEqualTo(WITHOUT_SELF);
    assertThat(node.core.committedConfiguration()).isEqualTo(CONFIGURATION);
    long changes = node.core.configurationChanges();
    List<Action> actions = node.receive(B, new AppendEntries(3, LogId.ZERO, List.of(DrivenCore.entry(3, 1)), 0));
    assertThat(ofKind(actions, Append.class)).hasSize(1);
    assertThat(node.core.configuration()).isEqualTo(CONFIGURATION);
    assertThat(node.core.configurationChanges()).isGreaterThan(changes);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
  }
}
