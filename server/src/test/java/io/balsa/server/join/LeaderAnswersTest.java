package io.balsa.server.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.Bind;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Replace;
import io.balsa.raft.log.MembershipChange.Update;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.config.Replacement;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a leader does for nodes that want in: every answer, and every step repeated after a crash of either side. */
class LeaderAnswersTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N3 = new NodeId("n3");
  private static final NodeId N4 = new NodeId("n4");
  private static final Configuration FOUNDERS = new Configuration(List.of(new Member(N1, 1, true, "a:1", "a:2"),
      new Member(new NodeId("n2"), 2, true, "b:1", "b:2"), new Member(N3, 3, true, "c:1", "c:2", 5, "east")));
  private static final FormedRecord FORMED = FormedRecord.forming(FOUNDERS, 0);

  private Role role = Role.LEADER;
  private NodeId leader = N1;
  private Configuration newest = FOUNDERS;
  private Configuration committed = FOUNDERS;
  private long committedIndex;
  private long silentMillis = 20_000;
  private boolean automatic = true;
  private final List<MembershipChange> changes = new ArrayList<>();
  /** What becomes of changes; null: they are applied. */
  private @Nullable MembershipRejection rejection;
  private boolean outcomeIsLost;

  private LeaderAnswers answers() {
    return new LeaderAnswers(new Identity(N1, 1), FORMED, this::status, this::change,
        (id, incarnation) -> silentMillis * 1_000_000, new Replacement(automatic, 10_000));
  }

  private NodeStatus status() {
    return new NodeStatus(role, 1, leader, true, 9, 9, 1, 9, newest, committed, committedIndex, List.of(), 0, 0, 0);
  }

  private void change(MembershipChange change, MembershipCallback callback) {
    changes.add(change);
    if (rejection != null) {
      callback.rejected(rejection, "because");
    } else if (outcomeIsLost) {
      callback.unknown();
    } else {
      newest = next(change);
      commit();
      callback.applied(committed, committedIndex);
    }
  }

  private Configuration next(MembershipChange change) {
    Member old = newest.member(change.id());
    return newest.with(switch (change) {
      case Bind bind -> old.boundTo(bind.incarnation(), bind.peerAddress(), bind.clientAddress());
      case Update update -> old.updated(update.peerAddress(), update.clientAddress(), update.priority(), update.zone());
      case Replace replace -> old.replacedBy(replace.newIncarnation());
      case Promote ignored -> old.promoted();
      default -> throw new AssertionError(change);
    });
  }

  private void commit() {
    committed = newest;
    committedIndex += 10;
  }

  private void reserve(int priority, String zone) {
    newest = newest.with(new Member(N4, Member.RESERVED, false, "d:1", "d:1", priority, zone));
    commit();
  }

  private static JoinRequest.Builder request() {
    return JoinRequest.newBuilder().setId("n4").setIncarnation(4).setPeerAddress("10.0.0.4:1")
        .setClientAddress("10.0.0.4:2");
  }

  private JoinResponse join(JoinRequest.Builder request) {
    List<JoinResponse> answer = new ArrayList<>();
    answers().join(request.build(), answer::add);
    assertThat(answer).as("one answer").hasSize(1);
    return answer.getFirst();
  }

  private NotJoined notJoined(JoinRequest.Builder request) {
    return join(request).getNotJoined();
  }

  private JoinResponse replace(long old, long renewed) {
    List<JoinResponse> answer = new ArrayList<>();
    answers().replace(ReplaceRequest.newBuilder().setClusterId(FORMED.clusterId()).setId("n3").setOldIncarnation(old)
        .setNewIncarnation(renewed).build(), answer::add);
    assertThat(answer).as("one answer").hasSize(1);
    return answer.getFirst();
  }

  private PromotionResponse promote(long incarnation) {
    List<PromotionResponse> answer = new ArrayList<>();
    answers().promote(PromotionRequest.newBuilder().setClusterId(FORMED.clusterId()).setId("n3")
        .setIncarnation(incarnation).build(), answer::add);
    assertThat(answer).as("one answer").hasSize(1);
    return answer.getFirst();
  }

  // ---- join

  @Test
  void anAddedNodeIsBoundAndGetsWhatItNeeds() {
    reserve(3, "west");
    JoinResponse response = join(request());
    assertThat(changes).containsExactly(new Bind(N4, 4, "10.0.0.4:1", "10.0.0.4:2"));
    FormedRecord formed = JoinCodec.formed(response.getJoined());
    assertThat(formed.clusterId()).isEqualTo(FORMED.clusterId());
    assertThat(formed.initial()).isEqualTo(FOUNDERS);
    assertThat(JoinCodec.members(response.getJoined(), 7).configuration().member(N4))
        .isEqualTo(new Member(N4, 4, false, "10.0.0.4:1", "10.0.0.4:2", 3, "west"));
  }

  /** The answer was lost: it asks again, perhaps another leader, and finds it done. */
  @Test
  void aRepeatedJoinChangesNothing() {
    reserve(0, "");
    join(request());
    changes.clear();
    assertThat(join(request()).hasJoined()).isTrue();
    assertThat(changes).isEmpty();
  }

  @Test
  void theLabelsThatItWasStartedWithBeatTheOperators() {
    reserve(3, "west");
    JoinResponse response = join(request().setZone("north").setPriority(0));
    assertThat(changes).containsExactly(new Bind(N4, 4, "10.0.0.4:1", "10.0.0.4:2"),
        new Update(N4, "10.0.0.4:1", "10.0.0.4:2", 0, "north"));
    assertThat(JoinCodec.members(response.getJoined(), 7).configuration().member(N4).zone()).isEqualTo("north");
    changes.clear();
    assertThat(join(request().setZone("north")).hasJoined()).isTrue();
    assertThat(changes).isEmpty();
  }

  @Test
  void whoWasNotAddedIsToldTheCommandThatAddsIt() {
    NotJoined not = notJoined(request());
    assertThat(not.getReason()).isEqualTo("NOT_ADDED");
    assertThat(not.getMessage()).contains("balsa member add n4 10.0.0.4:1 --client-address 10.0.0.4:2");
  }

  @Test
  void anotherIncarnationOfAMemberIsNotTaken() {
    reserve(0, "");
    join(request());
    NotJoined not = notJoined(request().setIncarnation(44));
    assertThat(not.getReason()).isEqualTo("WRONG_INCARNATION");
    assertThat(not.getMessage()).contains("0000000000000004", "balsa member remove n4");
    assertThat(changes).hasSize(1);
  }

  @Test
  void whatIsNotCommittedIsNoAnswerYet() {
    newest = newest.with(new Member(N4, 4, false, "d:1", "d:1"));
    assertThat(notJoined(request()).getReason()).isEqualTo("WAIT");
    rejection = MembershipRejection.CHANGE_UNDER_WAY;
    reserve(0, "");
    assertThat(notJoined(request()).getReason()).isEqualTo("WAIT");
    rejection = null;
    outcomeIsLost = true;
    assertThat(notJoined(request()).getReason()).isEqualTo("NO_LEADER");
  }

  @Test
  void whoDoesNotLeadSaysWhoDoes() {
    role = Role.FOLLOWER;
    leader = N3;
    NotJoined not = notJoined(request());
    assertThat(not.getReason()).isEqualTo("NOT_LEADER");
    assertThat(not.getLeaderId()).isEqualTo("n3");
    assertThat(not.getLeaderAddress()).isEqualTo("c:1");
    leader = N1; // it has just lost the leadership and does not know who follows
    assertThat(notJoined(request()).getReason()).isEqualTo("NO_LEADER");
  }

  /** What no node could live with in the log is never proposed. */
  @Test
  void whatMakesNoSenseIsRefused() {
    reserve(0, "");
    assertThat(notJoined(request().setId("n 4")).getReason()).isEqualTo("BAD_REQUEST");
    assertThat(notJoined(request().setIncarnation(0)).getReason()).isEqualTo("BAD_REQUEST");
    assertThat(notJoined(request().setPeerAddress("there")).getReason()).isEqualTo("BAD_REQUEST");
    assertThat(notJoined(request().setPeerAddress("a:1")).getMessage()).contains("peer address of n1");
    assertThat(notJoined(request().setZone("z".repeat(65))).getReason()).isEqualTo("BAD_REQUEST");
    assertThat(notJoined(request().setPriority(5_000)).getReason()).isEqualTo("BAD_REQUEST");
    assertThat(notJoined(request().setStartDigest(9)).getMessage()).contains("a snapshot was restored");
    assertThat(changes).isEmpty();
  }

  // ---- I3

  @Test
  void aLostLogIsReplacedByOneChange() {
    JoinResponse response = replace(3, 33);
    assertThat(changes).containsExactly(new Replace(N3, 3, 33));
    assertThat(response.getJoined().getWasVoter()).isTrue();
    assertThat(JoinCodec.members(response.getJoined(), 7).configuration().member(N3))
        .isEqualTo(new Member(N3, 33, false, "c:1", "c:2", 5, "east"));
  }

  @Test
  void aRepeatedReplacementChangesNothing() {
    replace(3, 33);
    changes.clear();
    JoinResponse again = replace(3, 33);
    assertThat(again.hasJoined()).isTrue();
    assertThat(again.getJoined().hasWasVoter()).as("nobody knows any more").isFalse();
    assertThat(changes).isEmpty();
  }

  @Test
  void notWhileTheOldOneMayStillBeThere() {
    silentMillis = 9_999;
    NotJoined not = replace(3, 33).getNotJoined();
    assertThat(not.getReason()).isEqualTo("WAIT");
    assertThat(not.getMessage()).contains("9999 ms", "10000 ms");
    assertThat(not.getVoter()).as("what it is, as long as somebody knows").isTrue();
    silentMillis = 10_000;
    assertThat(replace(3, 33).hasJoined()).isTrue();
  }

  /** A copy of the leader's own directory has lost its log: the leader runs. */
  @Test
  void theLeaderDoesNotReplaceItself() {
    List<JoinResponse> answer = new ArrayList<>();
    answers().replace(ReplaceRequest.newBuilder().setClusterId(FORMED.clusterId()).setId("n1").setOldIncarnation(1)
        .setNewIncarnation(11).build(), answer::add);
    assertThat(answer.getFirst().getNotJoined().getMessage()).contains("runs, and leads");
    assertThat(changes).isEmpty();
  }

  @Test
  void anOperatorMayWantToDoItByHand() {
    automatic = false;
    assertThat(replace(3, 33).getNotJoined().getMessage()).contains("--auto-replace off", "balsa member remove n3");
    assertThat(changes).isEmpty();
  }

  /** The difference to a removal by an operator is in the log: a replaced id is there, a removed one is not. */
  @Test
  void whomAnOperatorRemovedDoesNotComeBackByItself() {
    newest = newest.without(N3);
    assertThat(replace(3, 33).getNotJoined().getReason()).as("not committed").isEqualTo("WAIT");
    commit();
    assertThat(replace(3, 33).getNotJoined().getReason()).isEqualTo("REMOVED");
    newest = newest.with(new Member(N3, 77, false, "c:1", "c:2"));
    commit();
    assertThat(replace(3, 33).getNotJoined().getReason()).as("somebody else has the id").isEqualTo("REMOVED");
    assertThat(changes).isEmpty();
  }

  @Test
  void aReplacementThatIsNotCommittedIsWaitedFor() {
    newest = newest.with(newest.member(N3).replacedBy(33));
    assertThat(replace(3, 33).getNotJoined().getReason()).isEqualTo("WAIT");
    assertThat(changes).isEmpty();
  }

  @Test
  void aQuorumAtRiskIsWaitedFor() {
    rejection = MembershipRejection.QUORUM_AT_RISK;
    assertThat(replace(3, 33).getNotJoined().getReason()).isEqualTo("WAIT");
    assertThat(replace(3, 33).getNotJoined().getMessage()).isEqualTo("because");
  }

  @Test
  void anotherClusterIsNoneOfItsBusiness() {
    List<JoinResponse> answer = new ArrayList<>();
    answers().replace(ReplaceRequest.newBuilder().setClusterId(1).setId("n3").setOldIncarnation(3).setNewIncarnation(33)
        .build(), answer::add);
    assertThat(answer.getFirst().getNotJoined().getReason()).isEqualTo("WRONG_CLUSTER");
  }

  @Test
  void theNewIncarnationIsPromotedWhenTheCoreSaysSo() {
    replace(3, 33);
    rejection = MembershipRejection.NOT_CAUGHT_UP;
    assertThat(promote(33).getVoter()).isFalse();
    assertThat(promote(33).getNotYet().getReason()).isEqualTo("WAIT");
    rejection = null;
    assertThat(promote(33).getVoter()).isTrue();
    changes.clear();
    assertThat(promote(33).getVoter()).isTrue();
    assertThat(changes).as("once").isEmpty();
    assertThat(promote(3).getNotYet().getReason()).as("the old one").isEqualTo("REMOVED");
  }
}
