package io.balsa.raft.sim;

import java.util.EnumMap;
import java.util.Map;

/** How often each fault happened. */
public final class FaultCounts {
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);

  private final Map<SnapshotStep, Long> reached = new EnumMap<>(SnapshotStep.class);
  private final Map<SnapshotStep, Long> ended = new EnumMap<>(SnapshotStep.class);
  private long statesLost;
  private long statesFoundRotten;
  private long chunksDamaged;

  /** @param processEnded the process ended right there */
  public void step(SnapshotStep step, boolean processEnded) {
    reached.merge(step, 1L, Long::sum);
    ended.merge(step, processEnded ? 1L : 0L, Long::sum);
  }

  public long endedAt(SnapshotStep step) {
    return ended.getOrDefault(step, 0L);
  }

  public void stateLost() {
    statesLost++;
  }

  public long statesLost() {
    return statesLost;
  }

  /** A snapshot was refused, and its sender found that its own state is the reason. */
  public void stateFoundRotten() {
    statesFoundRotten++;
  }

  public long statesFoundRotten() {
    return statesFoundRotten;
  }

  /** A chunk of a snapshot changed on its way. */
  public void chunkDamaged() {
    chunksDamaged++;
  }

  public long chunksDamaged() {
    return chunksDamaged;
  }

  /** How often each step was reached, and how often a process ended there. */
  public String steps() {
    return "reached " + reached + ", ended at " + ended + ", states lost " + statesLost + ", found rotten "
        + statesFoundRotten + ", chunks damaged " + chunksDamaged;
  }

  public void add(FaultKind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  public void addAll(FaultCounts others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    others.reached.forEach((step, count) -> reached.merge(step, count, Long::sum));
    others.ended.forEach((step, count) -> ended.merge(step, count, Long::sum));
    statesLost += others.statesLost;
    statesFoundRotten += others.statesFoundRotten;
    chunksDamaged += others.chunksDamaged;
  }

  public long of(FaultKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All that the nemesis caused: without what happens to single messages. */
  public long caused() {
    return Nemesis.CAUSED.stream().mapToLong(this::of).sum();
  }
}
