package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.PeerDown;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Update;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.TimeoutNow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leadership goes to the voter of the highest priority that can take it; the leader is n2, with priority 1, and n1 has 5, n3 9. */
class PreferenceTest {
  private static final RaftConfig CONFIG = RaftConfig.DEFAULT;

  private final DrivenCore leader = DrivenCore.in(
      new Configuration(List.of(member(A, 5), member(SELF, 1), member(B, 9))), CONFIG);

  private long incarnationOfB = 1;

  private static Member member(NodeId id, int priority) {
    return new Member(id, 1, true, id + ":1", id + ":2", priority, "");
  }

  /** Those answer every heartbeat at once. @return all orders to take over, with whom they were for */
  private List<NodeId> pass(long millis, NodeId... heard) {
    List<NodeId> asked = new ArrayList<>();
    for (long passed = 0; passed < millis; passed += 10) {
      leader.pass(10);
      List<Action> actions = leader.take();
      for (Action action : actions) {
        if (action instanceof Send send && send.message() instanceof TimeoutNow) {
          asked.add(send.to());
        } else if (action instanceof Send send && send.message() instanceof Heartbeat heartbeat
            && List.of(heard).contains(send.to())) {
          leader.receive(send.to(), send.to().equals(B) ? incarnationOfB : 1,
              new HeartbeatReply(leader.core.term(), heartbeat.round(), leader.core.lastLogId().index()));
        }
      }
    }
    return asked;
  }

  @Test
  void afterAWhileTheHighestTakesOver() {
    leader.lead();
    assertThat(pass(9_800, A, B)).isEmpty();
    assertThat(pass(400, A, B)).isNotEmpty().containsOnly(B);
  }

  @Test
  void oneThatIsNotHeardIsPassedOver() {
    leader.lead();
    assertThat(pass(10_200, A)).isNotEmpty().containsOnly(A);
  }

  @Test
  void oneWhoseProcessIsGoneIsPassedOver() {
    leader.lead();
    pass(9_900, A, B);
    leader.step(new PeerDown(B));
    assertThat(pass(300, A, B)).isNotEmpty().containsOnly(A);
  }

  /** That the process of one incarnation is gone says nothing of the next. */
  @Test
  void itsSuccessorIsNotPassedOver() {
    leader.lead();
    pass(200, A, B);
    leader.step(new PeerDown(B));
    change(new Remove(B, 1));
    incarnationOfB = 8;
    change(new AddLearner(new Member(B, 8, false, "n3:1", "n3:2", 9, "")));
    pass(200, A, B);
    change(new Promote(B));
    assertThat(pass(10_000, A, B)).isNotEmpty().containsOnly(B);
  }

  private void change(MembershipChange change) {
    assertThat(leader.step(new ChangeMembership(change))).hasAtLeastOneElementOfType(MembershipAccepted.class);
    leader.persist();
    leader.acceptAll(A);
    leader.receive(B, incarnationOfB, new AppendEntriesAccepted(1, leader.core.lastLogId().index()));
    assertThat(leader.core.commitIndex()).isEqualTo(leader.core.lastLogId().index());
  }

  /** It holds the no-op only. */
  @Test
  void oneThatLagsIsPassedOver() {
    leader.lead();
    pass(9_000, A, B);
    leader.propose();
    leader.persist();
    leader.acceptAll(A);
    assertThat(pass(1_200, A, B)).isNotEmpty().containsOnly(A);
  }

  /** It was asked and did not come: not again at once, and this leader goes on. */
  @Test
  void whoDoesNotTakeOverIsNotAskedAgainForAsLong() {
    leader.lead();
    pass(9_900, B);
    List<NodeId> asked = pass(1_700, B);
    assertThat(asked).isNotEmpty().containsOnly(B);
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
    assertThat(pass(8_000, B)).isEmpty();
    assertThat(pass(1_000, B)).isNotEmpty().containsOnly(B);
  }

  @Test
  void whoHasTheHighestPriorityStays() {
    leader.lead();
    leader.step(new ChangeMembership(new Update(SELF, "n2:1", "n2:2", 9, "")));
    leader.persist();
    leader.acceptAll(A);
    leader.acceptAll(B);
    assertThat(pass(15_000, A, B)).isEmpty();
  }

  @Test
  void notWhileTheMembershipChanges() {
    leader.lead();
    pass(9_000, A, B);
    leader.step(new ChangeMembership(new Update(A, "n1:1", "n1:2", 5, "z")));
    assertThat(pass(2_000, A, B)).isEmpty();
  }

  @Test
  void itCanBeSwitchedOff() {
    RaftConfig base = RaftConfig.withTimeouts(Duration.ofMillis(100), Duration.ofMillis(1_000),
        Duration.ofMillis(1_500));
    RaftConfig off = new RaftConfig(base.heartbeatIntervalNanos(), base.electionTimeoutMinNanos(),
        base.electionTimeoutMaxNanos(), base.fastElectionJitterNanos(), base.appendEntriesMax(), base.appendBytesMax(),
        base.inflightMessagesMax(), base.inflightBytesMax(), base.clockStepMaxNanos(), base.clockIdleNanos(), 0);
    DrivenCore node = DrivenCore.in(new Configuration(List.of(member(A, 5), member(SELF, 1), member(B, 9))), off);
    node.lead();
    for (int i = 0; i < 1_500; i++) {
      node.pass(10);
      for (Heartbeat heartbeat : sent(node.take(), Heartbeat.class)) {
        node.receive(B, new HeartbeatReply(node.core.term(), heartbeat.round(), 1));
      }
    }
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
  }

  /** Priority never keeps a vote back. */
  @Test
  void aVoteKnowsNoPriorities() {
    DrivenCore voter = DrivenCore.in(new Configuration(List.of(member(A, 0), member(SELF, 9), member(B, 0))), CONFIG);
    voter.receive(A, new RequestVote(1, voter.core.lastLogId(), false));
    assertThat(sent(voter.take(), RequestVoteReply.class)).containsExactly(new RequestVoteReply(1, true));
  }
}
