package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the state machine leaves of a batch is applied next, and everybody is answered with what is theirs. */
class ApplierTest {
  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);

  @Test
  void aMachineMayApplyPartOfWhatItIsGiven() throws IOException {
    driven.lead();
    long applied = driven.node.status().appliedIndex();
    driven.applies = false;
    List<DrivenNode.Answers> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(driven.propose());
    }
    driven.pass(50);
    List<Long> called = new ArrayList<>();
    driven.node.whenApplied(applied + 5, called::add);
    driven.applies = true;
    driven.machine.batchMax = 2;
    driven.poll();
    assertThat(answers.get(1).heard).hasSize(1);
    assertThat(answers.get(2).heard).as("not yet").isEmpty();
    assertThat(called).isEmpty();
    driven.pass(50);
    List<Entry> last = driven.machine.applied.subList(driven.machine.applied.size() - 5, driven.machine.applied.size());
    for (int i = 0; i < 5; i++) {
      assertThat(last.get(i).index()).isEqualTo(applied + 1 + i);
      assertThat(answers.get(i).heard).containsExactly("result of " + last.get(i).id());
    }
    assertThat(called).containsExactly(applied + 5);
  }
}
