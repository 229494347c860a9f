package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the log writer releases may be answered before its thread runs on. */
class LogWriterTest {
  /** The candidate's request leaves, both others vote, and the raft thread hears them, all while the log writer is still sending. */
  @Test
  void votesThatArriveWhileTheRequestIsBeingReleasedFindTheOwnVoteDurable() throws IOException {
    DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);
    boolean[] polling = {false};
    driven.onSend = () -> {
      if (!polling[0]) {
        polling[0] = true;
        driven.node.pollConsensus(() -> driven.nowNanos);
        polling[0] = false;
      }
    };
    for (int i = 0; driven.node.status().role() != Role.LEADER && i < 200; i++) {
      driven.nowNanos += 10 * DrivenNode.MS;
      polling[0] = true;
      driven.node.pollConsensus(() -> driven.nowNanos);
      polling[0] = false;
      driven.node.pollLogWriter();
    }
    assertThat(driven.node.status().role()).isEqualTo(Role.LEADER);
  }
}
