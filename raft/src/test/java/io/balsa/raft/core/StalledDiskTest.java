package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.TimeoutNow;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A leader whose own disk stands still (C5). Both followers answer its heartbeats, unless it is said that one does not. */
class StalledDiskTest {
  private final DrivenCore leader = new DrivenCore(1);
  private final Set<NodeId> asked = new TreeSet<>();
  private int ordersToTakeOver;
  private boolean isAHeard = true;

  /** Time passes; heartbeats are answered. */
  private void pass(long millis) {
    for (long i = 0; i < millis / 10; i++) {
      leader.pass(10);
      var made = leader.take();
      for (Send send : ofKind(made, Send.class)) {
        if (send.message() instanceof TimeoutNow) {
          ordersToTakeOver++;
          asked.add(send.to());
        }
      }
      for (Heartbeat heartbeat : sent(made, Heartbeat.class)) {
        HeartbeatReply reply = new HeartbeatReply(leader.core.term(), heartbeat.round(),
            leader.core.lastLogId().index());
        if (isAHeard) {
          leader.receive(A, reply);
        }
        leader.receive(B, reply);
      }
    }
  }

  @Test
  void itHandsOverToAVoterThatHasTheEntriesAndStepsDownIfThatFails() {
    leader.lead();
    leader.propose();
    pass(500);
    leader.acceptAll(A);
    pass(900);
    assertThat(ordersToTakeOver).isZero();
    pass(200);
    assertThat(ordersToTakeOver).isPositive();
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
    pass(1_600);
    assertThat(leader.core.role()).isEqualTo(Role.FOLLOWER);
    pass(5_000);
    assertThat(leader.core.role()).isEqualTo(Role.FOLLOWER);
  }

  /** One that is cut off knows nothing of being asked, and proposals would be refused for nothing meanwhile. */
  @Test
  void itHandsOverOnlyToAVoterThatIsHeard() {
    leader.lead();
    leader.propose();
    leader.acceptAll(A);
    isAHeard = false;
    pass(1_200);
    leader.acceptAll(B);
    pass(400);
    assertThat(asked).containsExactly(B);
  }

  @Test
  void whenAllDisksStandStillItStays() {
    leader.lead();
    leader.propose();
    pass(10_000);
    assertThat(ordersToTakeOver).isZero();
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
  }

  /** The target did not hear of it, and the disk goes on: no reason to give leadership up, nor to refuse proposals. */
  @Test
  void whenTheDiskGoesOnItLeadsOn() {
    leader.lead();
    leader.propose();
    leader.acceptAll(A);
    pass(1_600);
    assertThat(ordersToTakeOver).isPositive();
    leader.persist();
    pass(10);
    assertThat(DrivenCore.appends(leader.propose())).isTrue();
    leader.persist();
    pass(3_000);
    assertThat(leader.core.role()).isEqualTo(Role.LEADER);
  }
}
