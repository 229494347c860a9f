package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.Proposal;
import io.balsa.raft.input.Propose;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVoteReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C3 at the leader: what it does for the reads of other members, and what it remembers of them. */
class LeaderReadsTest {
  private static final long BOOT = -5;

  private final DrivenCore node = new DrivenCore(1, 1);

  private long lead() {
    node.lead();
    return node.core.term();
  }

  private List<Action> asks(NodeId from, long request) {
    return node.receive(from, new ReadIndex(node.core.term(), BOOT, request));
  }

  private List<Action> confirms(NodeId from, long round) {
    return node.receive(from, new HeartbeatReply(node.core.term(), round, node.core.lastLogId().index()));
  }

  private Send answers(NodeId to, long request, long index) {
    return new Send(to, 1, new ReadIndexReply(node.core.term(), BOOT, request, index));
  }

  @Test
  void aRemoteReadBeginsARoundAndIsAnsweredWhenAQuorumHasConfirmedIt() {
    long term = lead();
    assertThat(asks(A, 1)).containsExactly(new Send(A, 1, new Heartbeat(term, 2, 1)),
        new Send(B, 1, new Heartbeat(term, 2, 1)));
    assertThat(confirms(B, 1)).containsExactly(answers(A, 1, 2));
    assertThat(confirms(A, 1)).isEmpty();
  }

  @Test
  void itSharesARoundWithLocalReadsThatWaitForOne() {
    lead();
    node.step(new Read(List.of(7L)));
    assertThat(node.step(new Read(List.of(8L)))).isEmpty();
    assertThat(asks(A, 1)).isEmpty();
    List<Action> confirmed = confirms(B, 1);
    assertThat(confirmed).startsWith(new ReadReady(7, 2));
    assertThat(sent(confirmed, Heartbeat.class)).extracting(Heartbeat::round).containsExactly(2L, 2L);
    assertThat(confirms(B, 2)).containsExactly(new ReadReady(8, 2), answers(A, 1, 2));
  }

  /** A write is answered while the round is on the wire: an answer at that round's index would not show it. */
  @Test
  void itDoesNotJoinARoundThatHasBeenSent() {
    lead();
    node.step(new Read(List.of(7L)));
    node.propose();
    node.persist();
    node.acceptAll(B);
    assertThat(node.core.commitIndex()).isEqualTo(3);
    assertThat(asks(A, 1)).isEmpty();
    List<Action> confirmed = confirms(B, 1);
    assertThat(confirmed).contains(new ReadReady(7, 2)).doesNotContain(answers(A, 1, 2));
    assertThat(confirms(B, 2)).containsExactly(answers(A, 1, 3));
  }

  @Test
  void ofOneMemberItRemembersOneRequestInARoundAndOneThatWaits() {
    lead();
    asks(A, 1);
    for (long request = 2; request <= 100; request++) {
      assertThat(asks(A, request)).isEmpty();
    }
    assertThat(asks(A, 50)).as("overtaken on its way").isEmpty();
    assertThat(confirms(B, 1)).startsWith(answers(A, 1, 2));
    assertThat(confirms(B, 2)).containsExactly(answers(A, 100, 2));
    node.take();
    node.pass(100);
    assertThat(sent(node.take(), Heartbeat.class)).extracting(Heartbeat::round).containsExactly(3L, 3L);
    assertThat(confirms(B, 3)).isEmpty();
  }

  /** However many heartbeats pass unconfirmed: the request that waits stays where it is. */
  @Test
  void aRegularHeartbeatTakesAlongNoSecondRequestOfAMember() {
    lead();
    asks(A, 1);
    asks(A, 2);
    node.pass(300);
    node.take();
    List<Action> confirmed = confirms(B, 4);
    assertThat(confirmed).startsWith(answers(A, 1, 2));
    assertThat(sent(confirmed, Heartbeat.class)).extracting(Heartbeat::round).containsExactly(5L, 5L);
    assertThat(confirms(B, 5)).containsExactly(answers(A, 2, 2));
  }

  @Test
  void aRequestOfALaterProcessTakesThePlaceOfAnEarlierOnes() {
    lead();
    asks(B, 1);
    node.receive(A, new ReadIndex(node.core.term(), BOOT, 9));
    node.receive(A, new ReadIndex(node.core.term(), BOOT + 1, 1));
    confirms(B, 1);
    assertThat(sent(confirms(B, 2), ReadIndexReply.class))
        .containsExactly(new ReadIndexReply(node.core.term(), BOOT + 1, 1, 2));
  }

  /**
   * A node leads again, and the answer to a heartbeat of its earlier term arrives: that one's round 50 is not this term's. The
   * others may follow somebody else by now.
   */
  @Test
  void anAnswerToAHeartbeatOfAnOldTermConfirmsNothing() {
    DrivenCore follower = new DrivenCore(7, 1);
    List<HeartbeatReply> answers = sent(follower.receive(A, new Heartbeat(6, 0, 50)), HeartbeatReply.class);
    assertThat(answers).containsExactly(new HeartbeatReply(7, HeartbeatReply.NO_ROUND, 1));

    long term = lead();
    asks(B, 1);
    node.receive(A, new HeartbeatReply(term, answers.get(0).round(), 1));
    assertThat(sent(node.take(), ReadIndexReply.class)).isEmpty();
    assertThat(confirms(A, 1)).containsExactly(answers(B, 1, 2));
  }

  @Test
  void whoIsNoMemberIsNotAnswered() {
    lead();
    assertThat(asks(new NodeId("n9"), 1)).isEmpty();
  }

  @Test
  void i5_beforeItsNoopIsAppliedItWaits() {
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(node.core.term() + 1, true));
    node.persist();
    node.receive(A, new RequestVoteReply(node.core.term(), true));
    node.persist();
    assertThat(asks(A, 1)).isEmpty();
    node.pass(100);
    node.take();
    assertThat(sent(confirms(A, 1), ReadIndexReply.class)).isEmpty();
    node.acceptAll(A);
    List<Action> applied = node.step(new Applied(2, Long.MAX_VALUE));
    assertThat(sent(applied, Heartbeat.class)).hasSize(2);
    assertThat(confirms(A, 2)).containsExactly(answers(A, 1, 2));
  }

  @Test
  void aLeaderThatStepsDownDropsThem() {
    long term = lead();
    asks(A, 1);
    node.receive(B, new Heartbeat(term + 1, 0, 1));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.take();
    node.persist();
    node.receive(B, new HeartbeatReply(term, 1, 2));
    assertThat(sent(node.take(), ReadIndexReply.class)).isEmpty();
    assertThat(asks(A, 2)).as("it does not lead").isEmpty();
  }

  @Test
  void whatALearnerAnswersConfirmsNothing() {
    lead();
    List<Member> members = new ArrayList<>(DrivenCore.CONFIGURATION.members());
    members.set(0, new Member(A, 1, false, "p", "c")); // of the voters n2 and n3, both are a majority
    node.step(
        new Propose(List.of(new Proposal(EntryType.CONFIGURATION, new Configuration(members).encode()))));
    node.persist();
    node.acceptAll(B);
    asks(A, 1);
    assertThat(sent(confirms(A, 1), ReadIndexReply.class)).isEmpty();
    assertThat(sent(confirms(B, 1), ReadIndexReply.class)).hasSize(1);
  }
}
