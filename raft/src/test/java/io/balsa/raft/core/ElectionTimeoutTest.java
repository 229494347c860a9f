package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a follower stands. */
class ElectionTimeoutTest {
  /** Its disk stood still for a minute, in which it heard nobody; then both came back, and later the leader died. */
  @Test
  void afterALongStallAFollowerStandsInTimeAgain() {
    DrivenCore follower = new DrivenCore(1);
    follower.receive(A, new Heartbeat(1, 0, 1));
    follower.receive(A, new AppendEntries(1, LogId.ZERO, List.of(entry(1, 1)), 0));
    for (int round = 2; round < 22; round++) {
      follower.pass(100);
      follower.receive(A, new Heartbeat(1, 0, round));
    }
    follower.pass(60_000);
    assertThat(follower.core.role()).isEqualTo(Role.FOLLOWER);
    follower.step(new Persisted(1));
    follower.receive(A, new Heartbeat(1, 0, 22));
    follower.pass(1_600);
    assertThat(follower.core.role()).isEqualTo(Role.PRE_CANDIDATE);
  }
}
