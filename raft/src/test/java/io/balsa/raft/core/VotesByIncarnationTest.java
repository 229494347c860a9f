package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.Test;

/** I1: a vote is from one incarnation, and for one. */
class VotesByIncarnationTest {
  @Test
  void aVoteOfAnotherIncarnationIsNone() {
    DrivenCore node = new DrivenCore(1);
    node.passUntil(Role.PRE_CANDIDATE);
    assertThat(node.receive(A, 9, new PreVoteReply(node.core.term() + 1, true))).isEmpty();
    node.receive(A, new PreVoteReply(node.core.term() + 1, true));
    node.persist();
    node.take();
    assertThat(node.receive(A, 9, new RequestVoteReply(node.core.term(), true))).isEmpty();
    node.receive(A, new RequestVoteReply(node.core.term(), true));
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
  }

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
