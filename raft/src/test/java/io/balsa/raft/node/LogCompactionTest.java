package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** L5, as the node keeps it: how much of the log goes, and when the state is flushed. */
class LogCompactionTest {
  private static DrivenNode leader(int keepEntries, long keepBytes, long flushBytes) throws IOException {
    DrivenNode driven = new DrivenNode(DrivenNode.config(1_000, 1_000).keeping(keepEntries, keepBytes, flushBytes));
    driven.lead();
    return driven;
  }

  private static void propose(DrivenNode driven, int entries) throws IOException {
    for (int i = 0; i < entries; i++) {
      driven.propose();
    }
    driven.pass(50);
    assertThat(driven.node.status().appliedIndex()).isEqualTo(driven.node.status().lastIndex());
  }

  @Test
  void theNewestEntriesAreKept() throws IOException {
    DrivenNode driven = leader(10, Long.MAX_VALUE, Long.MAX_VALUE);
    propose(driven, 30);
    driven.machine.flush();
    driven.pass(2_000);
    assertThat(driven.node.status().firstIndex()).isEqualTo(driven.node.status().lastIndex() - 9);
  }

  @Test
  void orAsManyOfThemAsFitTheBytes() throws IOException {
    DrivenNode driven = leader(10, 5 * (Entry.OVERHEAD_BYTES + 1), Long.MAX_VALUE);
    propose(driven, 30);
    driven.machine.flush();
    driven.pass(2_000);
    assertThat(driven.node.status().firstIndex()).isEqualTo(driven.node.status().lastIndex() - 4);
  }

  @Test
  void nothingAboveWhatIsFlushedGoes() throws IOException {
    DrivenNode driven = leader(0, Long.MAX_VALUE, Long.MAX_VALUE);
    propose(driven, 5);
    long flushed = driven.node.status().appliedIndex();
    driven.machine.flush();
    propose(driven, 30);
    driven.pass(3_000);
    assertThat(driven.node.status().firstIndex()).isEqualTo(flushed + 1);
  }

  @Test
  void aFlushIsAskedForWhenTooMuchIsNotFlushed() throws IOException {
    DrivenNode driven = leader(0, Long.MAX_VALUE, 3 * (Entry.OVERHEAD_BYTES + 1));
    propose(driven, 2);
    driven.pass(3_000);
    assertThat(driven.machine.flushes).isZero();
    propose(driven, 30);
    driven.pass(3_000);
    assertThat(driven.machine.flushes).isEqualTo(1);
    assertThat(driven.node.status().firstIndex()).isEqualTo(driven.node.status().lastIndex() + 1);
  }

  @Test
  void itIsAskedForAsSoonAsItIsTooMuch() throws IOException {
    DrivenNode driven = leader(0, Long.MAX_VALUE, 3 * (Entry.OVERHEAD_BYTES + 1));
    for (int flushes = 1; flushes <= 5; flushes++) {
      propose(driven, 30);
      driven.pass(150);
      assertThat(driven.machine.flushes).as("a fast log grows by many times its bound in a second").isEqualTo(flushes);
    }
  }

  /** It would make files of nothing, as fast as it can, while a restarted node applies a long log. */
  @Test
  void noFlushIsAskedForBecauseOfWhatIsNotApplied() throws IOException {
    DrivenNode driven = leader(0, Long.MAX_VALUE, 3 * (Entry.OVERHEAD_BYTES + 1));
    driven.applies = false;
    for (int i = 0; i < 30; i++) {
      driven.propose();
    }
    driven.pass(3_000);
    assertThat(driven.machine.flushes).isZero();
    driven.applies = true;
    driven.pass(150);
    assertThat(driven.machine.flushes).isEqualTo(1);
  }

  @Test
  void aCompactedLogIsAppendedToAndApplied() throws IOException {
    DrivenNode driven = leader(0, Long.MAX_VALUE, 1);
    propose(driven, 30);
    driven.pass(2_000);
    DrivenNode.Answers answers = driven.propose();
    driven.pass(50);
    assertThat(answers.heard).hasSize(1);
    assertThat(driven.machine.applied.get(driven.machine.applied.size() - 1).payload())
        .isEqualTo(Bytes.wrap(new byte[]{1}));
  }
}
