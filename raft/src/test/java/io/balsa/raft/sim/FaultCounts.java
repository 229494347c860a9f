package io.balsa.raft.sim;

import java.util.EnumMap;
import java.util.Map;

/** How often each fault happened. */
public final class FaultCounts {
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);

  public void add(FaultKind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  public void addAll(FaultCounts others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
  }

  public long of(FaultKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All that the nemesis caused: without what happens to single messages. */
  public long caused() {
    return Nemesis.CAUSED.stream().mapToLong(this::of).sum();
  }
}
