package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.appendsTo;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.PeerForgot;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.LostEntries;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I4: a peer whose disk does not keep what it confirmed. The leader is n2; n3 (B) forgets. */
class ForgetfulPeerTest {
  private final DrivenCore leader = new DrivenCore(1);

  private long sendRound() {
    leader.take();
    leader.pass(100);
    return sent(leader.take(), Heartbeat.class).get(0).round();
  }

  /** Both peers hold three entries of term 2, durably. */
  private void threeEntries() {
    leader.lead();
    leader.propose();
    leader.propose();
    leader.persist();
    leader.acceptAll(A);
    leader.acceptAll(B);
    leader.step(new Applied(3, Long.MAX_VALUE));
  }

  @Test
  void whoHoldsLessThanItHadAcknowledgedIsToldToStop() {
    threeEntries();
    long round = sendRound();
    assertThat(leader.receive(B, new HeartbeatReply(2, round, 2))).containsExactly(new PeerForgot(B, 3, 2),
        new Send(B, 1, new LostEntries(2, 3)));
    assertThat(leader.core.peers()).filteredOn(PeerStatus::hasForgotten)
        .containsExactly(new PeerStatus(B, 2, Long.MAX_VALUE, false, false, true));
  }

  @Test
  void whoHoldsWhatItHadAcknowledgedIsNot() {
    threeEntries();
    long round = sendRound();
    assertThat(leader.receive(B, new HeartbeatReply(2, round, 3))).isEmpty();
  }

  /** The answer was given before the acknowledgements that overtook it. */
  @Test
  void aLateAnswerProvesNothing() {
    leader.lead();
    long round = sendRound();
    leader.propose();
    leader.persist();
    leader.acceptAll(B);
    leader.take();
    assertThat(ofKind(leader.receive(B, new HeartbeatReply(2, round, 1)), PeerForgot.class)).isEmpty();
    long next = sendRound();
    assertThat(ofKind(leader.receive(B, new HeartbeatReply(2, round, 1)), PeerForgot.class)).isEmpty();
    assertThat(ofKind(leader.receive(B, new HeartbeatReply(2, next, 1)), PeerForgot.class))
        .containsExactly(new PeerForgot(B, 2, 1));
  }

  @Test
  void aRepeatedAnswerProvesNothing() {
    leader.lead();
    long first = sendRound();
    leader.receive(B, new HeartbeatReply(2, first, 1));
    leader.propose();
    leader.persist();
    leader.acceptAll(B);
    for (int i = 0; i < 5; i++) {
      sendRound();
      assertThat(ofKind(leader.receive(B, new HeartbeatReply(2, first, 1)), PeerForgot.class)).isEmpty();
    }
  }

  /** Of another term, or another incarnation. */
  @Test
  void somebodyElsesAnswerProvesNothing() {
    threeEntries();
    long round = sendRound();
    assertThat(leader.receive(B, new HeartbeatReply(1, round, 0))).isEmpty();
    assertThat(leader.receive(B, 7, new HeartbeatReply(2, round, 0))).isEmpty();
  }

  @Test
  void itCountsForNothingAnyMore() {
    threeEntries();
    leader.receive(B, new HeartbeatReply(2, sendRound(), 2));
    leader.propose();
    leader.persist();
    List<Action> made = leader.take();
    assertThat(appendsTo(B, made)).as("nothing is appended to it").isEmpty();
    assertThat(leader.receive(B, new AppendEntriesAccepted(2, 4))).isEmpty();
    assertThat(leader.core.commitIndex()).as("commit").isEqualTo(3);

    leader.step(new Read(List.of(7L)));
    long round = sent(leader.take(), Heartbeat.class).get(0).round();
    assertThat(leader.receive(B, new HeartbeatReply(2, round, 4))).as("reads").isEmpty();
    leader.receive(A, new HeartbeatReply(2, round, 4));
    assertThat(ofKind(leader.take(), ReadReady.class)).hasSize(1);

    for (int i = 0; i < 110; i++) {
      leader.pass(10);
      for (Heartbeat heartbeat : sent(leader.take(), Heartbeat.class)) {
        leader.receive(B, new HeartbeatReply(2, heartbeat.round(), 4));
      }
    }
    assertThat(leader.core.role()).as("check-quorum").isEqualTo(Role.FOLLOWER);
  }

  /** The order to stop may be lost; and nobody else takes the place of the heartbeat. */
  @Test
  void itIsToldAgainInEveryRound() {
    threeEntries();
    leader.receive(B, new HeartbeatReply(2, sendRound(), 2));
    leader.take();
    leader.pass(300);
    List<Send> toB = ofKind(leader.take(), Send.class).stream().filter(send -> send.to().equals(B)).toList();
    assertThat(toB).hasSize(3).extracting(Send::message).containsOnly(new LostEntries(2, 3));
  }

  @Test
  void itsSuccessorStartsAfresh() {
    threeEntries();
    leader.receive(B, new HeartbeatReply(2, sendRound(), 2));
    leader.receive(A, new HeartbeatReply(2, sendRound(), 3));
    leader.step(new ChangeMembership(new Remove(B, 1)));
    leader.persist();
    leader.acceptAll(A);
    assertThat(leader.core.peers()).noneMatch(PeerStatus::hasForgotten);
    leader.step(new ChangeMembership(new AddLearner(new Member(B, 8, false, "n3:1", "n3:2"))));
    assertThat(appendsTo(B, leader.take())).hasSize(1);
    assertThat(leader.receive(B, 8, new HeartbeatReply(2, 1, 0))).as("it has acknowledged nothing").isEmpty();
  }

  /** Whatever became of that term: this disk has lost what it confirmed. */
  @Test
  void whoIsToldStops() {
    DrivenCore node = new DrivenCore(5, 1);
    assertThatThrownBy(() -> node.receive(A, new LostEntries(3, 9))).isInstanceOf(ForgetfulDiskException.class)
        .hasMessageContaining("n1 led term 3").hasMessageContaining("entry 9");
  }
}
