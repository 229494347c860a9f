package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was written, and which write brought the changes that a watcher was told of. A change is {@code [key, value]}, no value twice, or
 * {@code [key]}: it is deleted, or it was not there and nothing changed.
 */
final class WrittenChanges {
  private final Findings findings;
  private final TreeMap<Long, Operation> byRevision = new TreeMap<>();
  /** Those that are not acknowledged. */
  private final Map<Long, Operation> byValue = new HashMap<>();
  private final List<Operation> unknownDeletes = new ArrayList<>();
  /** At which revisions what is unknown was told, by what it is known by: a write, or the keys that it deleted. */
  private final Map<Object, Set<Long>> found = new HashMap<>();
  private long lastEnd = Long.MIN_VALUE;

  WrittenChanges(Findings findings) {
    this.findings = findings;
  }

  void add(Operation write) {
    findings.count("writes " + write.completion(), 1);
    lastEnd = Math.max(lastEnd, write.completed());
    List<List<Object>> changes = of(write.argument());
    if (write.completion() == Completion.OK) {
      long revision = Values.number(write.result());
      Operation other = revision == 0 ? null : byRevision.put(revision, write);
      if (other != null) {
        findings.wrong("revision", "two writes were answered with revision " + revision, other, write);
      }
      return;
    }
    List<List<Object>> puts = puts(changes);
    puts.forEach(put -> byValue.put(Values.number(put, 1), write));
    if (puts.isEmpty() && write.completion() == Completion.UNKNOWN) {
      unknownDeletes.add(write);
    }
  }

  /** Keys and values, without versions behind them, by key. */
  static List<List<Object>> of(@Nullable Object list) {
    List<List<Object>> changes = new ArrayList<>();
    for (Object change : Values.list(list)) {
      String key = Values.text(change, 0);
      changes.add(Values.list(change).size() == 1 ? List.of(key) : List.of(key, Values.number(change, 1)));
    }
    changes.sort(Comparator.comparing(change -> Values.text(change, 0)));
    return changes;
  }

  private static List<List<Object>> puts(List<List<Object>> changes) {
    return changes.stream().filter(change -> change.size() == 2).toList();
  }

  /** When the last write had ended. */
  long lastEnd() {
    return lastEnd;
  }

  /** Acknowledged writes that changed something, by their revisions. */
  TreeMap<Long, Operation> acknowledged() {
    return byRevision;
  }

  /** A watcher was told of this at a revision. */
  void told(String who, long revision, List<List<Object>> changes) {
    Operation write = byRevision.get(revision);
    if (write == null) {
      write = puts(changes).stream().map(put -> byValue.get(Values.number(put, 1))).filter(Objects::nonNull).findFirst()
          .orElse(null);
    }
    String what = who + " was told at revision " + revision + " of " + changes;
    if (write != null && write.completion() == Completion.FAILED) {
      findings.wrong("phantom", what + ", which was refused", write);
    } else if (write != null && !explains(write, changes)) {
      findings.wrong("torn", what, write);
    } else if (write != null && write.completion() == Completion.UNKNOWN) {
      found.computeIfAbsent(write, same -> new TreeSet<>()).add(revision);
    } else if (write == null && unknownDeletes.stream().anyMatch(delete -> explains(delete, changes))) {
      found.computeIfAbsent(changes, same -> new TreeSet<>()).add(revision);
    } else if (write == null) {
      findings.wrong("phantom", what + ", which nobody wrote");
    }
  }

  private static boolean explains(Operation write, List<List<Object>> told) {
    List<List<Object>> changes = of(write.argument());
    return changes.containsAll(told) && told.containsAll(puts(changes)) && told.size() <= changes.size();
  }

  /** Everything was told: each unknown write took effect once at most. */
  void lookForRepeats() {
    found.forEach((what, revisions) -> {
      if (what instanceof Operation write && revisions.size() > 1) {
        findings.wrong("repeated", "this was told at the revisions " + revisions, write);
      } else if (what instanceof List<?> deleted) {
        long possible = unknownDeletes.stream().filter(delete -> explains(delete, of(deleted))).count();
        if (revisions.size() > possible) {
          findings.wrong("repeated", deleted + " was told at the revisions " + revisions + ", and can have been done "
              + possible + " times");
        }
      }
    });
  }
}
