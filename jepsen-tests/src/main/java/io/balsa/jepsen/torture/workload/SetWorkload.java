package io.balsa.jepsen.torture.workload;

import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.jepsen.checker.SetChecker;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sets that grow: each element is a key of its own, put once; a read is a range. When a set is full the clients go on to the next, so
 * that reads stay short. Operations: {@code add [set, element] -> revision}, {@code read [set] -> [element, ...]}, where one that was
 * stored twice stands twice.
 */
public final class SetWorkload implements Workload {
  private static final int FULL = 100;

  private final String prefix = Steps.prefix("set");
  private final AtomicLong elements = new AtomicLong();

  @Override
  public String name() {
    return "set";
  }

  @Override
  public String description() {
    return "unique elements added to sets and read by ranges: nothing is lost, stale, made up or comes and goes";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("add");
  }

  private static String set(long number) {
    return "s" + number / FULL;
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    if (client.random().nextInt(4) == 0) {
      // Some time after it was full one is looked at, too.
      long back = client.random().nextInt(4) == 0 ? FULL : 0;
      String set = set(Math.max(0, elements.get() - 1 - back));
      client.record("read", List.of(set), () -> stored(Steps.kv(client), set));
    } else {
      long element = elements.getAndIncrement();
      client.record("add", List.of(set(element), element),
          () -> Steps.kv(client).put(prefix + set(element) + "/" + element, "").revision());
    }
  }

  private List<Long> stored(Kv kv, String set) {
    String keys = prefix + set + "/";
    List<Long> stored = new ArrayList<>();
    for (KeyValue row : kv.range(KeyRange.prefix(keys))) {
      long element = Long.parseLong(row.keyUtf8().substring(keys.length()));
      for (long version = 0; version < row.version(); version++) {
        stored.add(element);
      }
    }
    return stored;
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    for (long first = 0; first < elements.get(); first += FULL) {
      String set = set(first);
      Steps.untilOk(() -> client.record("read", List.of(set), () -> stored(client.client().unaryKv(), set)));
    }
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(SetChecker.check(history));
  }
}
