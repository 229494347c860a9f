package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Histories of a store whose transactions read at a snapshot and append by a put of the whole list, as Balsa's do,
 * with what it verifies at the commit, or does not.
 */
final class WeakStore {
  enum Isolation {
    /** Nothing that was read has changed. */
    GUARDED,
    /** As {@link #GUARDED}; but what only reads gets an old snapshot. */
    GUARDED_WITH_STALE_READS,
    /** Nothing that was written has changed: snapshot isolation. */
    ONLY_WRITES_GUARDED,
    /** Nothing. */
    UNGUARDED
  }

  private static final int KEYS = 5;
  private static final int LAG = 10;

  private final Isolation isolation;
  private final Random random;
  private final Map<String, TreeMap<Integer, List<Long>>> versions = new HashMap<>();
  private final List<RecordedTransaction> history = new ArrayList<>();
  private int revision;
  private long elements;

  private WeakStore(Isolation isolation, long seed) {
    this.isolation = isolation;
    this.random = new Random(seed);
  }

  /** One transaction: it begins, is committed, and its client is told. */
  private final class Running {
    final int process;
    final long invoked;
    final long effect;
    final long completed;
    final boolean readsOnly = random.nextInt(3) == 0;
    int snapshot;

    Running(int process, long from) {
      this.process = process;
      this.invoked = from + random.nextInt(10);
      this.effect = invoked + 1 + random.nextInt(20);
      this.completed = effect + 1 + random.nextInt(20);
    }

    void begin() {
      boolean stale = isolation == Isolation.GUARDED_WITH_STALE_READS && readsOnly;
      snapshot = stale ? Math.max(0, revision - LAG) : revision;
    }

    void commit() {
      Map<String, List<Long>> seen = new HashMap<>();
      Map<String, List<Long>> written = new HashMap<>();
      List<MicroOperation> operations = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        String key = "k" + random.nextInt(KEYS);
        List<Long> list = written.getOrDefault(key, seen.computeIfAbsent(key, k -> at(k, snapshot)));
        if (readsOnly || random.nextBoolean()) {
          operations.add(new Read(key, list));
        } else {
          List<Long> longer = new ArrayList<>(list);
          longer.add(++elements);
          written.put(key, longer);
          operations.add(new Append(key, elements));
        }
      }
      boolean commits = written.isEmpty() || switch (isolation) {
        case GUARDED, GUARDED_WITH_STALE_READS -> seen.keySet().stream().noneMatch(this::hasChanged);
        case ONLY_WRITES_GUARDED -> written.keySet().stream().noneMatch(this::hasChanged);
        case UNGUARDED -> true;
      };
      if (commits && !written.isEmpty()) {
        revision++;
        written.forEach((key, list) -> versions.computeIfAbsent(key, k -> new TreeMap<>()).put(revision, list));
      }
      history.add(new RecordedTransaction(process, invoked, completed, commits ? Completion.OK : Completion.FAILED,
          operations));
    }

    private boolean hasChanged(String key) {
      return !at(key, snapshot).equals(at(key, revision));
    }
  }

  private List<Long> at(String key, int snapshot) {
    Map.Entry<Integer, List<Long>> version = versions.getOrDefault(key, new TreeMap<>()).floorEntry(snapshot);
    return version == null ? List.of() : version.getValue();
  }

  private record Event(long time, Runnable what) {}

  static History history(Isolation isolation, long seed, int processes, int transactions) {
    WeakStore store = new WeakStore(isolation, seed);
    List<Event> events = new ArrayList<>();
    long[] clocks = new long[processes];
    for (int i = 0; i < transactions; i++) {
      int process = store.random.nextInt(processes);
      Running running = store.new Running(process, clocks[process]);
      clocks[process] = running.completed + 1;
      events.add(new Event(running.invoked, running::begin));
      events.add(new Event(running.effect, running::commit));
    }
    events.sort(Comparator.comparingLong(Event::time));
    events.forEach(event -> event.what.run());
    store.readAll(processes, events.getLast().time + 100);
    return new History(store.history);
  }

  /** Last, so that what is in no read is lost. */
  private void readAll(int process, long invoked) {
    List<MicroOperation> operations = new ArrayList<>();
    versions.forEach((key, lists) -> operations.add(new Read(key, lists.lastEntry().getValue())));
    history.add(new RecordedTransaction(process, invoked, invoked + 1, Completion.OK, operations));
  }
}
