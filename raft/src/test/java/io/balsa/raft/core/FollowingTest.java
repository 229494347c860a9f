package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Sync;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import org.junit.jupiter.api.Test;

/** What a follower answers. */
class FollowingTest {
  /** Its new term is not durable yet, and the leader's rounds of reads come by the thousand: nothing may pile up behind the disk. */
  @Test
  void heartbeatsDoNotPileUpBehindADiskThatStandsStill() {
    DrivenCore follower = new DrivenCore(1);
    for (int round = 1; round <= 1_000; round++) {
      follower.receive(A, new Heartbeat(2, 0, round));
    }
    assertThat(ofKind(follower.take(), Sync.class)).hasSize(1);
    follower.persist();
    follower.receive(A, new Heartbeat(2, 0, 1_001));
    assertThat(sent(follower.take(), HeartbeatReply.class)).containsExactly(new HeartbeatReply(2, 1_001, 0));
  }

  @Test
  void theHeartbeatThatBringsTheTermIsAnsweredWhenTheTermIsDurable() {
    DrivenCore follower = new DrivenCore(1);
    follower.receive(A, new Heartbeat(2, 0, 1));
    Sync sync = ofKind(follower.take(), Sync.class).get(0);
    assertThat(sync.thenSend()).hasSize(1);
    assertThat(sync.thenSend().get(0).message()).isEqualTo(new HeartbeatReply(2, 1, 0));
  }
}
