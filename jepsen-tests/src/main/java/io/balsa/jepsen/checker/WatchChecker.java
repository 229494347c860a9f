package io.balsa.jepsen.checker;

import io.balsa.jepsen.checker.RealTime.Point;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether watchers of some keys, which all began before the first write, were told every change once, in order, and whole. Operations:
 * <ul>
 * <li>{@code write [change, ...] -> revision}, 0 if nothing changed. A change is {@code [key, value]}, no value twice in a history, or
 * {@code [key]}: it is deleted;
 * <li>{@code read [] -> [revision, [[key, value, version], ...]]}: all keys at a revision, after the last write;
 * <li>{@code watch [watcher, part] -> [told up to, [[revision, [change, ...]], ...]]}: what a watcher was told, in parts from 0, one call
 * of the listener after the other; a change that is no delete has the version besides. One that failed says why the watch ended.
 * </ul>
 */
public final class WatchChecker {
  private final Findings findings = new Findings();
  private final WrittenChanges written = new WrittenChanges(findings);
  private final Map<Long, List<Operation>> parts = new LinkedHashMap<>();
  private final TreeSet<Long> seenByAny = new TreeSet<>();
  private @Nullable Operation read;

  /** What is stored under a key. */
  private record Stored(Object value, long version) {}

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape
   */
  public static Judgement check(List<Operation> history) {
    WatchChecker checker = new WatchChecker();
    history.forEach(checker::take);
    checker.check();
    return checker.findings.judgement();
  }

  private void take(Operation operation) {
    boolean ok = operation.completion() == Completion.OK;
    switch (operation.function()) {
      case "write" -> written.add(operation);
      case "read" -> {
        if (ok && (read == null || read.isBefore(operation))) {
          read = operation;
        }
      }
      case "watch" -> {
        if (ok) {
          parts.computeIfAbsent(Values.number(operation.argument(), 0), watcher -> new ArrayList<>()).add(operation);
        } else {
          findings.wrong("ended", "a watch ended by itself", operation);
        }
      }
      default -> throw new IllegalArgumentException("no operation of a watch: " + operation);
    }
  }

  private void check() {
    RealTime.check(written.acknowledged().values().stream()
        .map(write -> Point.made(write, Values.number(write.result()))).toList(),
        (earlier, later) -> findings.wrong("went back", "a later write has no higher revision", earlier.operation(),
            later.operation()));
    if (parts.isEmpty() || read == null || read.invoked() <= written.lastEnd()) {
      findings.undecided(parts.isEmpty() ? "nobody watched" : "the keys were not read after the last write");
    }
    Map<Long, Set<Long>> seen = new LinkedHashMap<>();
    parts.forEach((watcher, of) -> seen.put(watcher, follow(watcher, of)));
    seen.values().forEach(seenByAny::addAll);
    written.lookForRepeats();
    parts.forEach((watcher, of) -> lookForMissing(watcher, of, seen.getOrDefault(watcher, Set.of())));
  }

  private static long toldUpTo(List<Operation> of) {
    return of.stream().mapToLong(part -> Values.number(part.result(), 0)).max().orElse(0);
  }

  private void lookForMissing(long watcher, List<Operation> of, Set<Long> seen) {
    long until = toldUpTo(of);
    Map<Long, Operation> must = written.acknowledged().headMap(until, true);
    for (Map.Entry<Long, Operation> write : must.entrySet()) {
      if (!seen.contains(write.getKey())) {
        findings.wrong("missing", "watcher " + watcher + " was told everything up to revision " + until
            + ", but not this", write.getValue());
      }
    }
    for (long revision : seenByAny.headSet(until, true)) {
      if (!seen.contains(revision) && !must.containsKey(revision)) {
        findings.wrong("missing", "watcher " + watcher + " was not told of revision " + revision
            + ", which another one was told of");
      }
    }
    if (read != null && until < Values.number(read.result(), 0)) {
      findings.wrong("stopped", "watcher " + watcher + " was told everything up to revision " + until
          + " only, long after it was read", read);
    }
  }

  /** Returns the revisions that the watcher was told of. */
  private Set<Long> follow(long watcher, List<Operation> of) {
    of.sort(Comparator.comparingLong(part -> Values.number(part.argument(), 1)));
    long end = read == null ? Long.MAX_VALUE : Values.number(read.result(), 0);
    Set<Long> seen = new HashSet<>();
    Map<String, Stored> keys = new TreeMap<>();
    Map<String, Stored> atRead = Map.of();
    boolean passed = false;
    long last = 0;
    for (Operation part : of) {
      for (Object told : Values.list(Values.list(part.result()).get(1))) {
        long revision = Values.number(told, 0);
        Object changes = Values.list(told).get(1);
        if (revision > end && !passed) {
          passed = true;
          atRead = new TreeMap<>(keys);
        }
        if (!seen.add(revision)) {
          findings.wrong("repeated", "watcher " + watcher + " was told of revision " + revision + " in two calls: "
              + told);
        } else if (revision < last) {
          findings.wrong("order", "watcher " + watcher + " was told of revision " + revision + " after " + last + ": "
              + told);
        }
        last = Math.max(last, revision);
        written.told("watcher " + watcher, revision, WrittenChanges.of(changes));
        apply(watcher, revision, changes, keys);
      }
    }
    findings.count("revisions told", seen.size());
    if (read != null && toldUpTo(of) >= end) {
      compareWithRead(watcher, passed ? atRead : keys, read);
    }
    return seen;
  }

  private void apply(long watcher, long revision, Object changes, Map<String, Stored> keys) {
    for (Object change : Values.list(changes)) {
      List<?> parts = Values.list(change);
      String key = Values.text(parts, 0);
      Stored before = keys.get(key);
      if (parts.size() == 1) {
        if (before == null) {
          findings.wrong("version", "watcher " + watcher + " was told at revision " + revision + " that " + key
              + " was deleted, and there was none");
        }
        keys.remove(key);
      } else {
        long version = Values.number(parts, 2);
        if (version != (before == null ? 1 : before.version() + 1)) {
          findings.wrong("version", "watcher " + watcher + " was told at revision " + revision + " of " + change
              + ", and before it was " + before);
        }
        keys.put(key, new Stored(Values.number(parts, 1), version));
      }
    }
  }

  private void compareWithRead(long watcher, Map<String, Stored> told, Operation readAtEnd) {
    Map<String, Stored> stored = new TreeMap<>();
    for (Object row : Values.list(Values.list(readAtEnd.result()).get(1))) {
      stored.put(Values.text(row, 0), new Stored(Values.number(row, 1), Values.number(row, 2)));
    }
    if (!stored.equals(told)) {
      findings.wrong("state", "watcher " + watcher + " was told of " + told, readAtEnd);
    }
  }
}
