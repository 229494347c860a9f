package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.DeleteResult;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.RangeResult;
import io.balsa.jepsen.checker.WatchChecker;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Puts, deletes, and puts of two keys at a time, to few keys, and watches of all of these from the beginning, each by another client, at
 * whatever nodes serve them. Operations are those of {@link WatchChecker}.
 */
public final class WatchWorkload implements Workload {
  private static final int KEYS = 8;
  private static final int WATCHERS = 3;
  /** A watch leaves a node that falls silent after 30 s, and may have to do so twice. */
  private static final Duration CATCH_UP_MOST = Duration.ofSeconds(90);

  private final String prefix = Steps.prefix("watch");
  private final List<Watcher> watchers = LongStream.range(0, WATCHERS).mapToObj(i -> new Watcher(i, prefix)).toList();
  private final AtomicLong values = new AtomicLong();
  private volatile long from;

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String description() {
    return "watches of keys that change: told of everything, in order, once, whole revisions together";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("write");
  }

  @Override
  public void prepare(BalsaClient client) {
    from = client.unaryKv().revision() + 1;
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    if (client.number() < WATCHERS) {
      try {
        watchers.get(client.number()).open(client.client(), from);
      } catch (BalsaException e) {
        return; // nothing was promised yet; it begins, from the same revision, with the next step
      }
    }
    String key = "k" + client.random().nextInt(KEYS);
    Kv kv = Steps.kv(client);
    switch (client.random().nextInt(10)) {
      case 0 -> client.record("write", List.of(List.of(key)), () -> {
        DeleteResult deleted = kv.delete(prefix + key);
        return deleted.deleted() == 0 ? 0L : deleted.revision();
      });
      case 1, 2 -> {
        String other = "both" + client.random().nextInt(2);
        long first = values.incrementAndGet();
        long second = values.incrementAndGet();
        client.record("write", List.of(List.of(key, first), List.of(other, second)), () -> kv.txn()
            .then(Op.put(prefix + key, Long.toString(first)), Op.put(prefix + other, Long.toString(second))).commit()
            .revision());
      }
      default -> put(client, kv, key);
    }
  }

  private Optional<Long> put(TortureClient client, Kv kv, String key) throws InterruptedException {
    long value = values.incrementAndGet();
    return client.record("write", List.of(List.of(key, value)),
        () -> kv.put(prefix + key, Long.toString(value)).revision());
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    // Tells the watches that they have come to the end: without it they would hear so with their next mark of progress.
    Steps.untilOk(() -> put(client, client.client().kv(), "end"));
    long[] last = new long[1];
    Steps.untilOk(() -> client.record("read", List.of(), () -> {
      RangeResult rows = client.client().unaryKv().range(KeyRange.prefix(prefix));
      last[0] = rows.revision();
      return List.of(rows.revision(), rows.stream()
          .map(row -> List.of(row.keyUtf8().substring(prefix.length()), row.number(), row.version())).toList());
    }));
    long end = System.nanoTime() + CATCH_UP_MOST.toNanos();
    while (watchers.stream().anyMatch(watcher -> watcher.isBehind(last[0])) && System.nanoTime() - end < 0) {
      Steps.pause(Duration.ofMillis(50));
    }
    watchers.forEach(watcher -> watcher.record(client));
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(WatchChecker.check(history));
  }
}
