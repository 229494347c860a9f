package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalBudgetTest {
  private final List<String> woken = new ArrayList<>();

  private boolean acquire(ProposalBudget budget, int size, String who) {
    return budget.tryAcquire(size, () -> woken.add(who));
  }

  @Test
  void isBoundedByCountAndByBytes() {
    ProposalBudget budget = new ProposalBudget(2, 100);
    assertThat(acquire(budget, 60, "a")).isTrue();
    assertThat(acquire(budget, 60, "b")).as("bytes").isFalse();
    assertThat(acquire(budget, 40, "c")).isTrue();
    assertThat(acquire(budget, 0, "d")).as("count").isFalse();
  }

  @Test
  void oneAlwaysFits() {
    ProposalBudget budget = new ProposalBudget(2, 100);
    assertThat(acquire(budget, 1_000, "a")).isTrue();
  }

  @Test
  void wakesInOrderWhenThereIsRoom() {
    ProposalBudget budget = new ProposalBudget(8, 1_000);
    for (int i = 0; i < 8; i++) {
      assertThat(acquire(budget, 1, "")).isTrue();
    }
    acquire(budget, 1, "first");
    acquire(budget, 1, "second");
    budget.release(1);
    assertThat(woken).containsExactly("first");
    budget.release(1);
    assertThat(woken).containsExactly("first", "second");
  }

  /** Those that were woken may have ended and take nothing: who waits behind them must not wait for ever. */
  @Test
  void theLastReleaseWakesAll() {
    ProposalBudget budget = new ProposalBudget(1, 1_000);
    assertThat(acquire(budget, 1, "")).isTrue();
    acquire(budget, 1, "a");
    acquire(budget, 1, "b");
    acquire(budget, 1, "c");
    budget.release(1);
    assertThat(woken).containsExactly("a", "b", "c");
  }
}
