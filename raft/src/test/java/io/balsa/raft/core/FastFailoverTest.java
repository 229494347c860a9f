package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.input.PeerDown;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.Test;

/** What survivors of a dead leader do (C4). */
class FastFailoverTest {
  /** This node saw the leader die first and was refused; the other one, whose log is shorter, saw it later and cannot win. */
  @Test
  void theLongerLogStandsAgainWhenTheShorterOneAsks() {
    DrivenCore survivor = new DrivenCore(1, 1, 1);
    survivor.receive(A, new Heartbeat(1, 0, 1));
    survivor.step(new PeerDown(A));
    survivor.pass(30);
    assertThat(sent(survivor.take(), PreVote.class)).isNotEmpty();
    survivor.receive(B, new PreVoteReply(1, false));

    survivor.receive(B, new PreVote(2, new LogId(1, 1)));
    assertThat(sent(survivor.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(1, false));
    survivor.pass(30);
    assertThat(sent(survivor.take(), PreVote.class)).contains(new PreVote(2, new LogId(1, 2)));
    survivor.receive(B, new PreVoteReply(2, true));
    assertThat(survivor.core.role()).isEqualTo(Role.CANDIDATE);
  }

  /** The protection of a leader that is alive still holds: a node that is behind and asks changes nothing. */
  @Test
  void aFollowerOfALivingLeaderIsNotMadeToStand() {
    DrivenCore follower = new DrivenCore(1, 1, 1);
    follower.receive(A, new Heartbeat(1, 0, 1));
    follower.receive(B, new PreVote(2, new LogId(1, 1)));
    follower.pass(100);
    assertThat(follower.core.role()).isEqualTo(Role.FOLLOWER);
  }

  /** Nor is a node that gave its vote a moment ago: the election that it helps is not to be disturbed. */
  @Test
  void aNodeThatHasJustVotedIsNotMadeToStand() {
    DrivenCore voter = new DrivenCore(1, 1, 1);
    voter.receive(A, new RequestVote(2, new LogId(1, 2), false));
    voter.persist();
    voter.receive(B, new PreVote(2, new LogId(1, 1)));
    voter.receive(B, new PreVote(3, new LogId(1, 1)));
    voter.pass(100);
    assertThat(voter.core.role()).isEqualTo(Role.FOLLOWER);
  }

  /** A pre-candidate has not voted in its term: whoever stands in that very term may have its vote. */
  @Test
  void aPreCandidateVotesInItsOwnTerm() {
    DrivenCore node = new DrivenCore(5, 1);
    node.passUntil(Role.PRE_CANDIDATE);
    node.take();
    node.receive(A, new PreVote(5, new LogId(1, 1)));
    assertThat(sent(node.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(5, true));
    node.receive(A, new RequestVote(5, new LogId(1, 1), false));
    assertThat(sent(node.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(5, true));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    assertThat(node.core.hardState().votedFor()).isEqualTo(A);
  }
}
