package io.balsa.jepsen.torture.workload;

import io.balsa.jepsen.checker.CounterChecker;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A few counters that all clients add to and read, half of them through sessions, half by unary calls. Operations: {@code add [counter,
 * delta] -> sum}, {@code read [counter] -> value}.
 */
public final class CounterWorkload implements Workload {
  private static final int COUNTERS = 3;
  private static final int DELTA_MOST = 5;

  private final String prefix = Steps.prefix("counter");

  @Override
  public String name() {
    return "counter";
  }

  @Override
  public String description() {
    return "adds to counters and reads of them: within bounds at any time, exact at the end";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("add");
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    String counter = "c" + client.random().nextInt(COUNTERS);
    if (client.random().nextInt(5) < 2) {
      client.record("read", List.of(counter), () -> Steps.number(Steps.kv(client), prefix + counter));
    } else {
      long delta = 1L + client.random().nextInt(DELTA_MOST);
      client.record("add", List.of(counter, delta), () -> Steps.kv(client).incr(prefix + counter, delta));
    }
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    for (int i = 0; i < COUNTERS; i++) {
      String counter = "c" + i;
      Steps.untilOk(() -> client.record("read", List.of(counter),
          () -> Steps.number(client.client().unaryKv(), prefix + counter)));
    }
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(CounterChecker.check(history));
  }
}
