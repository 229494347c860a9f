package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.Role;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a node answers to a message of an old term. The answer carries the new term, and its reader may lead just that: a leader
 * that lost its followers for a moment and was elected again, while a message of its first term was late.
 */
class StaleAnswersTest {
  /** Round 500 of term 1 was late; the answer must not confirm the rounds up to 500 of term 2, which are not even sent (C3). */
  @Test
  void anAnswerToALateHeartbeatConfirmsNoReadOfTheSameLeadersNextTerm() {
    DrivenCore follower = new DrivenCore(1, 1);
    follower.receive(A, new Heartbeat(1, 0, 499));
    follower.pass(1_100);
    follower.receive(A, new RequestVote(2, new LogId(1, 1), false));
    follower.persist();
    follower.take();
    follower.receive(A, new Heartbeat(1, 0, 500));
    HeartbeatReply answer = sent(follower.take(), HeartbeatReply.class).get(0);
    assertThat(answer.term()).isEqualTo(2);

    DrivenCore leader = new DrivenCore(1, 1);
    leader.lead();
    assertThat(leader.core.term()).isEqualTo(2);
    leader.receive(B, answer);
    leader.step(new Read(List.of(7L)));
    assertThat(ofKind(leader.take(), ReadReady.class)).isEmpty();
    leader.receive(B, answer);
    assertThat(ofKind(leader.take(), ReadReady.class)).isEmpty();
    leader.pass(100);
    Heartbeat round = sent(leader.take(), Heartbeat.class).get(0);
    leader.receive(B, new HeartbeatReply(2, round.round(), 2));
    assertThat(ofKind(leader.take(), ReadReady.class)).containsExactly(new ReadReady(7, 2));
  }

  /** Nor must the answer to a late AppendEntries be taken for a rejection of one that this term has sent. */
  @Test
  void anAnswerToLateEntriesSendsNobodyBackToTheBeginOfTheLog() {
    DrivenCore follower = new DrivenCore(2, 1);
    follower.receive(A, new AppendEntries(1, new LogId(1, 1), List.of(), 1));
    assertThat(sent(follower.take(), AppendEntriesRejected.class))
        .containsExactly(new AppendEntriesRejected(2, 0, LogId.ZERO));

    DrivenCore leader = new DrivenCore(1, 1);
    leader.lead();
    leader.receive(B, new AppendEntriesRejected(2, 0, LogId.ZERO));
    assertThat(leader.take()).isEmpty();
  }

  /** Nor the answer to a late request for a vote for a refusal of the vote that was given in this term. */
  @Test
  void anAnswerToALateRequestForAVoteSaysWhatBecameOfTheNextOne() {
    DrivenCore voter = new DrivenCore(1, 1);
    voter.receive(A, new RequestVote(3, new LogId(1, 1), false));
    voter.persist();
    voter.take();
    voter.receive(A, new RequestVote(2, new LogId(1, 1), false));
    assertThat(sent(voter.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(3, true));
    voter.receive(B, new RequestVote(2, new LogId(1, 1), false));
    assertThat(sent(voter.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(3, false));
    assertThat(voter.core.role()).isEqualTo(Role.FOLLOWER);
  }
}
