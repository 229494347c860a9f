package io.balsa.raft.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CounterCheckerTest {
  private static Operation add(long value, long invoked, long returned) {
    return new Operation(0, Operation.Kind.ADD, 0, value, 0, invoked, returned);
  }

  @Test
  void acceptsExactCountsAndUnknownOnesThatCountOrNot() {
    assertThat(CounterChecker.check(List.of(add(1, 1, 2), add(2, 3, 4)))).isNull();
    assertThat(CounterChecker.check(List.of(add(0, 1, Long.MAX_VALUE), add(2, 3, 4)))).isNull();
    assertThat(CounterChecker.check(List.of(add(0, 1, Long.MAX_VALUE), add(1, 3, 4)))).isNull();
    assertThat(CounterChecker.check(List.of(add(2, 1, 9), add(1, 2, 8)))).isNull();
  }

  @Test
  void findsLostAndDoubledIncrements() {
    assertThat(CounterChecker.check(List.of(add(1, 1, 2), add(1, 3, 4)))).contains("same value");
    assertThat(CounterChecker.check(List.of(add(1, 1, 2), add(3, 3, 4)))).contains("2 increments were called");
    assertThat(CounterChecker.check(List.of(add(2, 1, 2), add(1, 3, 4)))).contains("increment");
    assertThat(CounterChecker.check(List.of(add(0, 1, 2)))).contains("the last with 0");
  }
}
