package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import org.junit.jupiter.api.Test;

/** Nodes that look for a leader at the same time do not split the votes, and do not wait for each other either. */
class RivalsTest {
  private static final LogId LAST = new LogId(1, 1);

  private final DrivenCore node = new DrivenCore(1, 1);

  /** How long this node waits before it stands: all of them draw the same. */
  private static long timeoutMillis() {
    DrivenCore twin = new DrivenCore(1, 1);
    long millis = 0;
    for (; twin.core.role() == Role.FOLLOWER; millis += 10) {
      twin.pass(10);
    }
    return millis;
  }

  /** The request is taken from the mailbox by the very poll that finds the timeout due (C7): both would stand, and both lose. */
  @Test
  void whoeverAskedFirstIsGivenTheTimeToStand() {
    node.pass(timeoutMillis() - 10);
    node.receive(B, new PreVote(2, LAST));
    assertThat(sent(node.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(2, true));
    node.pass(90);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.pass(40);
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  /** A node that is heard and hears nothing asks again and again. */
  @Test
  void whoeverAsksAgainAndNeverStandsHoldsNobodyUp() {
    node.pass(timeoutMillis() - 10);
    for (int i = 0; i < 13 && node.core.role() == Role.FOLLOWER; i++) {
      node.receive(B, new PreVote(2, LAST));
      node.pass(10);
    }
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  @Test
  void aPreCandidateYieldsToTheBetterRivalAndNoVoteIsSplit() {
    node.passUntil(Role.PRE_CANDIDATE);
    node.take();
    node.receive(A, new PreVote(2, LAST));
    assertThat(sent(node.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(2, true));
    node.receive(B, new PreVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.pass(90);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.pass(40);
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  /** Were each to yield to the other, neither would still ask when a third that is far away answers. */
  @Test
  void aPreCandidateDoesNotYieldToTheLesserRival() {
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(B, new PreVote(2, LAST));
    assertThat(sent(node.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(1, false));
    node.pass(200);
    node.receive(B, new PreVote(2, LAST));
    assertThat(sent(node.take(), PreVoteReply.class)).containsExactly(new PreVoteReply(2, true));
    node.receive(A, new PreVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);
  }

  /** It voted long ago, perhaps before it was restarted, and nobody won: that is no reason to wait. */
  @Test
  void aVoteThatIsLongPastKeepsNobodyFromStanding() {
    node.receive(A, new RequestVote(2, LAST, false));
    node.persist();
    node.pass(1_000);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.receive(B, new PreVote(3, LogId.ZERO));
    node.pass(30);
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  /** A candidate with a shorter log asked for this vote a moment ago: it had a majority behind it, and may be about to lead. */
  @Test
  void anElectionUnderWayIsNotDisturbedByThatOfAThird() {
    node.receive(A, new RequestVote(2, LogId.ZERO, false));
    node.persist();
    node.receive(B, new PreVote(3, LogId.ZERO));
    node.pass(300);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
  }

  /** After a split vote the next round does not wait for a timeout, nor so little that votes on their way would come too late. */
  @Test
  void aCandidateThatWasRefusedAsksAgainSoon() {
    becomeCandidate();
    node.pass(300);
    node.receive(A, new RequestVoteReply(2, false));
    node.pass(280);
    assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);
    node.pass(30);
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  @Test
  void aCandidateThatAQuorumRefusedAsksAgainSoonUnlessTheWinnerIsHeard() {
    becomeCandidate();
    node.receive(A, new RequestVoteReply(2, false));
    node.receive(B, new RequestVoteReply(2, false));
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);
    node.pass(50);
    node.receive(A, new Heartbeat(2, 0, 1));
    node.pass(500);
    assertThat(node.core.role()).isEqualTo(Role.FOLLOWER);

    DrivenCore other = new DrivenCore(1, 1);
    other.passUntil(Role.PRE_CANDIDATE);
    other.receive(A, new PreVoteReply(2, true));
    other.persist();
    other.receive(A, new RequestVoteReply(2, false));
    other.receive(B, new RequestVoteReply(2, false));
    other.pass(130);
    assertThat(other.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  /** Its disk stood still with its own vote, and nobody was asked meanwhile. Then they are, and their votes count. */
  @Test
  void aCandidateWaitsForItsOwnDisk() {
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(2, true));
    node.pass(10_000);
    assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);
    node.persist();
    node.pass(900);
    node.receive(A, new RequestVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
  }

  private void becomeCandidate() {
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(2, true));
    node.persist();
    assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);
  }
}
