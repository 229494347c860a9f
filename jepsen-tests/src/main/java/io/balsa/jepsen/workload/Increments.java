package io.balsa.jepsen.workload;

import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Increments of one counter by one client. Afterwards the counter is the number of those acknowledged, plus at most those whose
 * outcome is unknown; and no two were answered with the same sum, nor any with one above the counter.
 */
public final class Increments extends Writer {
  private final String counter;
  private final Set<Long> sums = new ConcurrentSkipListSet<>();
  private final Set<Long> repeated = new ConcurrentSkipListSet<>();
  private final AtomicLong highest = new AtomicLong();

  /** @param name of this writer and of its counter */
  public Increments(String name, String endpoints, boolean session, int window) {
    super(name, endpoints, session, window);
    this.counter = "counter/" + name;
  }

  @Override
  CompletableFuture<?> write(Kv kv, long n) {
    return kv.incrAsync(counter, 1);
  }

  @Override
  void ended(long n, Outcome outcome, @Nullable Object result) {
    if (outcome == Outcome.ACKNOWLEDGED && result instanceof Long sum) {
      highest.accumulateAndGet(sum, Math::max);
      if (!sums.add(sum)) {
        repeated.add(sum);
      }
    }
  }

  @Override
  public List<String> check(Kv reader) {
    long stored = reader.get(counter).map(KeyValue::utf8).map(Long::parseLong).orElse(0L);
    long acknowledged = count(Outcome.ACKNOWLEDGED);
    long unknown = count(Outcome.UNKNOWN);
    List<String> wrong = new ArrayList<>();
    if (stored < acknowledged) {
      wrong.add(counter + " is " + stored + " and " + acknowledged + " increments were acknowledged: "
          + (acknowledged - stored) + " are lost");
    }
    if (stored > acknowledged + unknown) {
      wrong.add(
          counter + " is " + stored + " and at most " + (acknowledged + unknown) + " increments can have been applied");
    }
    if (!repeated.isEmpty()) {
      wrong.add(counter + ": two increments were answered with the same sum, for " + repeated);
    }
    if (highest.get() > stored) {
      wrong.add(counter + " is " + stored + " and was " + highest + " before");
    }
    return wrong;
  }
}
