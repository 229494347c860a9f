package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction by itself: each read of a key shows what its first one showed, and behind it the own appends made
 * until then.
 */
final class InternalReads {
  private final Appends appends;
  private final Findings findings;

  InternalReads(Appends appends, Findings findings) {
    this.appends = appends;
    this.findings = findings;
  }

  /** What it knows of a key so far. */
  private static final class Known {
    final List<Long> own = new ArrayList<>();
    @Nullable
    List<Long> external;
    @Nullable
    List<Long> last;
    boolean wrong;
  }

  /** What it read of each key; keys that it read wrong are found and left out. */
  List<ListRead> of(int transaction, RecordedTransaction recorded) {
    Map<String, Known> keys = new LinkedHashMap<>();
    for (MicroOperation operation : recorded.operations()) {
      Known known = keys.computeIfAbsent(operation.key(), key -> new Known());
      if (operation instanceof Append append) {
        known.own.add(append.element());
      } else if (operation instanceof Read read && read.list() != null && !known.wrong) {
        look(transaction, read, read.list(), known);
      }
    }
    List<ListRead> reads = new ArrayList<>();
    keys.forEach((key, known) -> {
      if (!known.wrong && known.last != null && known.external != null) {
        reads.add(new ListRead(transaction, key, known.last, known.external.size()));
      }
    });
    return reads;
  }

  private void look(int transaction, Read read, List<Long> list, Known known) {
    int external = list.size() - known.own.size();
    known.wrong = external < 0 || !list.subList(external, list.size()).equals(known.own)
        || (known.external != null && !list.subList(0, external).equals(known.external))
        || list.subList(0, external).stream().anyMatch(e -> appends.writer(read.key(), e) == transaction);
    if (known.wrong) {
      findings.add(Anomaly.INTERNAL,
          "T" + transaction + " read " + read.key() + " as " + list + (known.external == null
              ? "; its own appends so far: "
              : "; before: " + known.external + ", and its own appends so far: ") + known.own,
          transaction);
      return;
    }
    known.external = list.subList(0, external);
    known.last = list;
  }
}
