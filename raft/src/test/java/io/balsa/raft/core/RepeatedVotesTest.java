package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Send;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.Test;

/** Who asks for a vote again: an incarnation that got it, or another one of its id (I1). */
class RepeatedVotesTest {
  /** The one that was voted for has been replaced since, or will be: no vote of one term is for two incarnations. */
  @Test
  void aVoteIsNotRepeatedForAnotherIncarnation() {
    DrivenCore voter = new DrivenCore(1, 1, 1);
    RequestVote request = new RequestVote(2, new LogId(1, 2), false);
    voter.receive(A, 2, request);
    voter.persist();
    voter.take();
    assertThat(voter.receive(A, 2, request)).containsExactly(new Send(A, 2, new RequestVoteReply(2, true)));
    assertThat(voter.receive(A, 1, request)).containsExactly(new Send(A, 1, new RequestVoteReply(2, false)));
    RequestVote late = new RequestVote(1, new LogId(1, 2), false);
    assertThat(voter.receive(A, 2, late)).containsExactly(new Send(A, 2, new RequestVoteReply(2, true)));
    assertThat(voter.receive(A, 1, late)).containsExactly(new Send(A, 1, new RequestVoteReply(2, false)));
  }

  /** After a restart only the id is known; the one that was removed asks again with the log that it had. */
  @Test
  void aVoteOfAnEarlierProcessIsNotRepeatedForAnOlderLog() {
    DrivenCore voter = DrivenCore.restartedHavingVoted(A, 2, 1, 1);
    assertThat(voter.receive(A, 1, new RequestVote(2, new LogId(1, 1), false)))
        .containsExactly(new Send(A, 1, new RequestVoteReply(2, false)));
    assertThat(voter.receive(A, 2, new RequestVote(2, new LogId(1, 2), false)))
        .containsExactly(new Send(A, 2, new RequestVoteReply(2, true)));
  }
}
