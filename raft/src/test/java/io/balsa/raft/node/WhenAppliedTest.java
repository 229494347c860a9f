package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Called back at an index, or not at all by whoever has given up. */
class WhenAppliedTest {
  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);
  private final List<Long> heard = new ArrayList<>();

  @Test
  void whoWaitsIsCalledAtTheIndexAndWhoGaveUpIsNot() throws IOException {
    driven.lead();
    long applied = driven.node.status().appliedIndex();
    driven.node.whenApplied(applied + 1, heard::add);
    Runnable giveUp = driven.node.whenApplied(applied + 1, index -> heard.add(-index));
    driven.pass(20);
    giveUp.run();
    assertThat(heard).isEmpty();
    driven.propose();
    driven.pass(20);
    assertThat(heard).containsExactly(applied + 1);
  }
}
