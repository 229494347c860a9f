package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.TimeoutNow;
import org.junit.jupiter.api.Test;

/** A leader whose own disk stands still (C5). Both followers answer its heartbeats. */
class StalledDiskTest {
  private final DrivenCore leader = new DrivenCore(1);
  private int ordersToTakeOver;

  /** Time passes; heartbeats are answered. */
  private void pass(long millis) {
    for (long i = 0; i < millis / 10; i++) {
      leader.pass(10);
      var made = leader.take();
      ordersToTakeOver += sent(made, TimeoutNow.class).size();
      for (Heartbeat heartbeat : sent(made, Heartbeat.class)) {
        HeartbeatReply reply = new HeartbeatReply(leader.core.term(), heartbeat.round(),
            leader.core.lastLogId().index());
        leader.receive(A, reply);
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
