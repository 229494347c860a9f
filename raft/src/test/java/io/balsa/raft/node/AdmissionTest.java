package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.node.DrivenNode.Answers;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Who is refused when there is no room (E1, E2). */
class AdmissionTest {
  private final DrivenNode driven = new DrivenNode(DrivenNode.config(1, 1));

  @Test
  void aLeaderWithoutRoomIsOverloadedUntilItHasAnswered() throws IOException {
    driven.lead();
    Answers first = driven.propose();
    assertThat(driven.propose().heard).containsExactly("OVERLOADED");
    Answers read = driven.read();
    assertThat(driven.read().heard).containsExactly("OVERLOADED");
    driven.pass(50);
    assertThat(first.heard).hasSize(1);
    assertThat(read.heard).containsExactly("ready");
    assertThat(driven.propose().heard).isEmpty();
    assertThat(driven.read().heard).isEmpty();
  }

  /** Cut off with undecided proposals, it must send its clients elsewhere rather than ask them to come back. */
  @Test
  void aDeposedLeaderFullOfUndecidedCallsSaysThatItDoesNotLead() throws IOException {
    driven.lead();
    driven.peersAnswer = false;
    Answers undecided = driven.propose();
    driven.pass(1_500);
    assertThat(driven.node.status().role()).isNotEqualTo(Role.LEADER);
    assertThat(undecided.heard).isEmpty();
    assertThat(driven.propose().heard).containsExactly("NO_LEADER");
  }
}
