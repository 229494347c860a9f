package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.Test;

/** When a leader leads no more, nobody waits for it: neither those who follow it, nor it itself. */
class GivenUpLeadershipTest {
  private final DrivenCore leader = new DrivenCore(1, 1);
  private final DrivenCore follower = new DrivenCore(1, 1);

  /** Whatever it sends arrives, and nothing reaches it: its followers would wait a whole timeout from its last heartbeat on. */
  @Test
  void aLeaderThatHearsNoQuorumSaysSoByAskingForPreVotes() {
    leader.lead();
    leader.pass(1_000);
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
    leader.take();
    leader.pass(20);
    assertThat(leader.core.role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(sent(leader.take(), PreVote.class)).hasSize(2)
        .containsOnly(new PreVote(leader.core.term() + 1, leader.core.lastLogId()));
  }

  @Test
  void itsFollowersUnderstandThatAndStandSoon() {
    follower.receive(A, new Heartbeat(1, 0, 1));
    follower.receive(A, new PreVote(2, new LogId(1, 1)));
    assertThat(sent(follower.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(2, true));
    assertThat(follower.core.leader()).isNull();
    follower.pass(90);
    assertThat(follower.core.role()).isEqualTo(Role.FOLLOWER);
    follower.pass(40);
    assertThat(follower.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  /** It asked when its network had come back: whoever still follows it elects it again. */
  @Test
  void itsFollowersVoteForItInALaterTerm() {
    follower.receive(A, new Heartbeat(1, 0, 1));
    follower.receive(A, new RequestVote(3, new LogId(1, 1), false));
    assertThat(sent(follower.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(3, true));
  }

  /** The protection of a leader that is alive: late messages of its own election, and other nodes, change nothing. */
  @Test
  void onlyTheLeaderItselfAndOnlyForALaterTermGivesUp() {
    follower.receive(A, new Heartbeat(1, 0, 1));
    follower.receive(A, new PreVote(1, new LogId(1, 1)));
    follower.receive(A, new RequestVote(1, new LogId(1, 1), false));
    follower.receive(B, new PreVote(2, new LogId(1, 1)));
    follower.receive(B, new RequestVote(2, new LogId(1, 1), false));
    assertThat(follower.core.leader()).isEqualTo(A);
    assertThat(follower.core.term()).isEqualTo(1);
    assertThat(sent(follower.take(), PreVoteReply.class)).containsOnly(new PreVoteReply(1, false));
    follower.pass(900);
    assertThat(follower.core.role()).isEqualTo(Role.FOLLOWER);
  }

  /** A node that was a candidate and cannot win makes the leader step down by its term. Nobody has a better log than it. */
  @Test
  void aLeaderThatIsDeposedForNothingStandsAgain() {
    leader.lead();
    long term = leader.core.term();
    leader.receive(B, new HeartbeatReply(term + 3, 0, 0));
    assertThat(leader.core.role()).isEqualTo(Role.FOLLOWER);
    leader.pass(90);
    assertThat(leader.core.role()).isEqualTo(Role.FOLLOWER);
    leader.pass(40);
    assertThat(sent(leader.take(), PreVote.class)).containsOnly(new PreVote(term + 4, leader.core.lastLogId()));
  }

  /** But whoever leads that term is heard by then, and is not disturbed. */
  @Test
  void aLeaderThatIsDeposedByAnotherFollowsIt() {
    leader.lead();
    long term = leader.core.term();
    leader.receive(B, new HeartbeatReply(term + 1, 0, 0));
    leader.pass(50);
    leader.receive(A, new Heartbeat(term + 1, 0, 1));
    leader.take();
    leader.pass(900);
    assertThat(leader.core.leader()).isEqualTo(A);
    assertThat(sent(leader.take(), PreVote.class)).isEmpty();
  }

  /** The later term is that of the successor it asked for, however long its disk takes. */
  @Test
  void aLeaderThatHandsOverDoesNotCompete() {
    leader.lead();
    long term = leader.core.term();
    leader.step(new TransferLeadership(A));
    leader.receive(B, new HeartbeatReply(term + 1, 0, 0));
    leader.take();
    leader.pass(900);
    assertThat(sent(leader.take(), PreVote.class)).isEmpty();
  }

  /** Its round of pre-votes was for a term that has passed: the next one is for the next. */
  @Test
  void aPreCandidateThatIsBehindInTermsAsksAgain() {
    follower.passUntil(Role.PRE_CANDIDATE);
    follower.take();
    follower.receive(B, new PreVoteReply(5, false));
    assertThat(follower.core.term()).isEqualTo(5);
    follower.pass(130);
    assertThat(sent(follower.take(), PreVote.class)).hasSize(2).containsOnly(new PreVote(6, new LogId(1, 1)));
  }
}
