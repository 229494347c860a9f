package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.CONFIGURATION;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.member;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.MembershipRejected;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Replace;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.HeartbeatReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I3 in the core: a voter that lost its log is a learner under a new incarnation, by one entry. The leader is n2 of n1, n2, n3. */
class ReplacementTest {
  private static final Member LABELLED = new Member(B, 1, true, "n3:1", "n3:2", 4, "west");

  private final DrivenCore leader = DrivenCore.in(CONFIGURATION.with(LABELLED), RaftConfig.DEFAULT);

  private List<Action> change(MembershipChange change) {
    return leader.step(new ChangeMembership(change));
  }

  private MembershipRejection refused(MembershipChange change) {
    List<MembershipRejected> refused = ofKind(change(change), MembershipRejected.class);
    assertThat(refused).as("%s", change).hasSize(1);
    return refused.get(0).why();
  }

  private void accepted(MembershipChange change) {
    assertThat(ofKind(change(change), MembershipAccepted.class)).as("%s", change).hasSize(1);
  }

  private void commit(NodeId by) {
    leader.persist();
    leader.acceptAll(by);
    assertThat(leader.core.commitIndex()).isEqualTo(leader.core.lastLogId().index());
    leader.step(new Applied(leader.core.commitIndex(), Long.MAX_VALUE));
    leader.take();
  }

  /** n3 is silent; n1 is heard. */
  private void leadWithoutN3() {
    leader.leadWith(A);
    leader.receive(A, new HeartbeatReply(leader.core.term(), 0, leader.core.lastLogId().index()));
    leader.take();
  }

  @Test
  void theIdGoesToALearnerWithTheSameLabelsAndAddresses() {
    leadWithoutN3();
    accepted(new Replace(B, 1, 9));
    assertThat(leader.core.configuration().member(B)).isEqualTo(new Member(B, 9, false, "n3:1", "n3:2", 4, "west"));
    commit(A);
    assertThat(leader.core.committedConfiguration().voters()).containsExactly(A, SELF);
  }

  /** The old one may have acknowledged everything: what it still has to say is nothing that the new one holds. */
  @Test
  void whatTheOldIncarnationSaysCountsNoMore() {
    leadWithoutN3();
    accepted(new Replace(B, 1, 9));
    long entry = leader.core.lastLogId().index();
    leader.persist();
    leader.receive(B, 1, new AppendEntriesAccepted(leader.core.term(), entry));
    assertThat(leader.core.commitIndex()).as("one of two").isLessThan(entry);
    leader.receive(B, 9, new AppendEntriesAccepted(leader.core.term(), entry));
    assertThat(leader.core.commitIndex()).as("a learner counts for nothing").isLessThan(entry);
    commit(A);
  }

  @Test
  void exactlyThisIncarnationIsReplaced() {
    leadWithoutN3();
    assertThat(refused(new Replace(B, 2, 9))).isEqualTo(MembershipRejection.WRONG_INCARNATION);
    assertThat(refused(new Replace(new NodeId("n4"), 1, 9))).isEqualTo(MembershipRejection.UNKNOWN_MEMBER);
    accepted(new Replace(B, 1, 9));
    commit(A);
    assertThat(refused(new Replace(B, 1, 10))).as("once").isEqualTo(MembershipRejection.WRONG_INCARNATION);
    assertThatThrownBy(() -> new Replace(B, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Of n1 and n2 that would be left only n2 is heard: n3, whatever it lost, may be needed. */
  @Test
  void notWhileAQuorumWithoutItIsNotHealthy() {
    leader.leadWith(B);
    assertThat(refused(new Replace(B, 1, 9))).isEqualTo(MembershipRejection.QUORUM_AT_RISK);
  }

  @Test
  void theLastVoterIsNotReplaced() {
    DrivenCore alone = DrivenCore.in(new Configuration(List.of(member(SELF, true))), RaftConfig.DEFAULT);
    alone.passUntil(Role.CANDIDATE);
    alone.persist();
    alone.persist();
    alone.step(new Applied(1, Long.MAX_VALUE));
    assertThat(ofKind(alone.step(new ChangeMembership(new Replace(SELF, 1, 9))), MembershipRejected.class))
        .extracting(MembershipRejected::why).containsExactly(MembershipRejection.LAST_VOTER);
  }

  /** It is caught up and promoted like any learner, and the replacement of a learner asks no quorum. */
  @Test
  void theNewOneIsALearnerLikeAnyOther() {
    leadWithoutN3();
    accepted(new Replace(B, 1, 9));
    commit(A);
    assertThat(refused(new Promote(B))).isEqualTo(MembershipRejection.NOT_CAUGHT_UP);
    accepted(new Replace(B, 9, 10));
    commit(A);
    accepted(new AddLearner(new Member(new NodeId("n4"), 4, false, "n4:1", "n4:2")));
    commit(A);
    assertThat(leader.core.configuration().voters()).containsExactly(A, SELF);
  }
}
