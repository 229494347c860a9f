package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.routing.ReadBalance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads, without a session, of a counter that others increment. Linearizable ones never go back: none sees less than another one saw
 * that had ended before it began.
 */
public final class CounterReads extends Writer {
  private final String counter;
  private final AtomicLong highest = new AtomicLong();
  private final Map<Long, Long> floors = new ConcurrentHashMap<>();
  private final Set<String> wentBack = new ConcurrentSkipListSet<>();

  /**
   * @param incrementsOf the writer whose counter is read
   * @param where which nodes serve the reads
   */
  public CounterReads(String name, String incrementsOf, String endpoints, ReadBalance where, int window) {
    super(name, BalsaClient.builder().endpoints(endpoints).readBalance(where).build(), false, window);
    this.counter = "counter/" + incrementsOf;
  }

  @Override
  CompletableFuture<?> write(Kv kv, long n) {
    floors.put(n, highest.get());
    return kv.getAsync(counter);
  }

  @Override
  void ended(long n, Outcome outcome, @Nullable Object result) {
    Long floor = floors.remove(n);
    if (outcome == Outcome.ACKNOWLEDGED && result instanceof Optional<?> read && floor != null) {
      long seen = read.map(row -> Long.parseLong(((KeyValue) row).utf8())).orElse(0L);
      highest.accumulateAndGet(seen, Math::max);
      if (seen < floor) {
        wentBack
            .add("read " + n + " of " + counter + " saw " + seen + ", and " + floor + " had been seen before it began");
      }
    }
  }

  @Override
  public List<String> check(Kv reader) {
    return new ArrayList<>(wentBack);
  }
}
