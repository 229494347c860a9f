package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.TimeoutNow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How leadership transfers end, and that a lost order is repeated. */
class TransfersTest {
  private final DrivenCore leader = new DrivenCore(1);

  /** The third node voted for the target and answers a heartbeat in the new term before the target's own request is here. */
  @Test
  void itHasSucceededWhenTheTargetLeadsWhoeverTellsOfTheTermFirst() {
    leader.lead();
    long term = leader.core.term();
    leader.step(new TransferLeadership(A));
    leader.receive(B, new HeartbeatReply(term + 1, 1, 1));
    assertThat(ofKind(leader.take(), TransferEnded.class)).isEmpty();
    leader.receive(A, new Heartbeat(term + 1, 0, 1));
    assertThat(ofKind(leader.take(), TransferEnded.class)).containsExactly(new TransferEnded(true, ""));
  }

  /** The target stood and lost: nobody must be told that it leads. */
  @Test
  void itHasFailedWhenAnotherNodeLeads() {
    leader.lead();
    long term = leader.core.term();
    leader.step(new TransferLeadership(A));
    leader.receive(A, new RequestVote(term + 1, leader.core.lastLogId(), true));
    leader.receive(B, new Heartbeat(term + 2, 0, 1));
    List<TransferEnded> ended = ofKind(leader.take(), TransferEnded.class);
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).transferred()).isFalse();
  }

  @Test
  void itHasFailedWhenNobodyLeadsInTime() {
    leader.lead();
    leader.step(new TransferLeadership(A));
    leader.receive(A, new RequestVote(leader.core.term() + 1, leader.core.lastLogId(), true));
    leader.take();
    leader.pass(3_200);
    List<TransferEnded> ended = ofKind(leader.take(), TransferEnded.class);
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).transferred()).isFalse();
  }

  /** Rounds of reads put the regular heartbeat off for ever; the order to take over must not wait for it. */
  @Test
  void aLostTimeoutNowIsRepeatedUnderConstantReads() {
    leader.lead();
    long term = leader.core.term();
    leader.step(new TransferLeadership(A));
    assertThat(sent(leader.take(), TimeoutNow.class)).hasSize(1);
    List<Action> made = new ArrayList<>();
    for (long i = 0; i < 50; i++) {
      leader.pass(10);
      leader.step(new Read(List.of(i)));
      for (Heartbeat heartbeat : sent(leader.take(made), Heartbeat.class)) {
        leader.receive(A, new HeartbeatReply(term, heartbeat.round(), leader.core.lastLogId().index()));
      }
    }
    assertThat(sent(made, TimeoutNow.class)).hasSizeBetween(3, 7);
  }
}
