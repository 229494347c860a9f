package io.balsa.jepsen.workload;

import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangeOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Every write puts a key of its own, once. Afterwards an acknowledged key is there; one that was certainly not done is not;
 * and the version of each is 1, since a second application of the same put would make it 2.
 */
public final class UniqueWrites extends Writer {
  private final String prefix;
  private final Map<Long, Outcome> outcomes = new ConcurrentSkipListMap<>();

  /** @param name of this writer, its keys begin with it */
  public UniqueWrites(String name, String endpoints, boolean session, int window) {
    super(name, endpoints, session, window);
    this.prefix = "unique/" + name + "/";
  }

  @Override
  CompletableFuture<?> write(Kv kv, long n) {
    return kv.putAsync(prefix + n, "value-" + n);
  }

  @Override
  void ended(long n, Outcome outcome, @Nullable Object result) {
    outcomes.put(n, outcome);
  }

  @Override
  public List<String> check(Kv reader) {
    Map<String, KeyValue> stored = new TreeMap<>();
    for (KeyValue row : reader.range(KeyRange.prefix(prefix), new RangeOption[0])) {
      stored.put(row.keyUtf8(), row);
    }
    List<String> wrong = new ArrayList<>();
    outcomes.forEach((n, outcome) -> {
      KeyValue row = stored.remove(prefix + n);
      if (row == null && outcome == Outcome.ACKNOWLEDGED) {
        wrong.add(prefix + n + " was acknowledged and is lost");
      } else if (row != null && outcome == Outcome.NOT_DONE) {
        wrong.add(prefix + n + " was refused and is there: " + row);
      } else if (row != null && (row.version() != 1 || !row.utf8().equals("value-" + n))) {
        wrong.add(prefix + n + " was written once and is " + row);
      }
    });
    stored.keySet().forEach(key -> wrong.add(key + " was never written"));
    return wrong;
  }
}
