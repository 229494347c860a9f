package io.balsa.jepsen.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers the operations of a run, and keeps its clock. Safe for use by any thread. */
public final class Recorder {
  private final long begin = System.nanoTime();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Completion, Long> counts = new EnumMap<>(Completion.class);

  /** Nanoseconds since the begin of the run. */
  public long now() {
    return System.nanoTime() - begin;
  }

  /** An operation has ended. */
  public synchronized void add(Operation operation) {
    operations.add(operation);
    counts.merge(operation.completion(), 1L, Long::sum);
  }

  /** How many ended so until now. */
  public synchronized long count(Completion completion) {
    return counts.getOrDefault(completion, 0L);
  }

  /** All until now, in the order in which they ended. */
  public synchronized List<Operation> operations() {
    return List.copyOf(operations);
  }
}
