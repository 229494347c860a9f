package io.balsa.raft.sim;

import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.message.Message;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** How often each fault happened. */
public final class FaultCounts {
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);

  private final Map<SnapshotStep, Long> reached = new EnumMap<>(SnapshotStep.class);
  private final Map<SnapshotStep, Long> ended = new EnumMap<>(SnapshotStep.class);
  private long statesLost;

  private final Map<MembershipEvent, Long> membership = new EnumMap<>(MembershipEvent.class);
  private final Map<MembershipRejection, Long> refused = new EnumMap<>(MembershipRejection.class);
  private final Map<String, Long> messages = new TreeMap<>();

  public void add(MembershipEvent event) {
    membership.merge(event, 1L, Long::sum);
  }

  public long of(MembershipEvent event) {
    return membership.getOrDefault(event, 0L);
  }

  public void refused(MembershipRejection why) {
    refused.merge(why, 1L, Long::sum);
  }

  public long of(MembershipRejection why) {
    return refused.getOrDefault(why, 0L);
  }

  /** A message of this kind was delivered. */
  public void delivered(Message message) {
    messages.merge(message.getClass().getSimpleName(), 1L, Long::sum);
  }

  /** How many messages of this kind were delivered. */
  public long delivered(Class<?> kind) {
    return messages.getOrDefault(kind.getSimpleName(), 0L);
  }

  /** What happened to the membership, and the messages delivered. */
  public String members() {
    return "membership " + membership + ", changes refused " + refused + ", messages " + messages;
  }

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

  /** How often each step was reached, and how often a process ended there. */
  public String steps() {
    return "reached " + reached + ", ended at " + ended + ", states lost " + statesLost;
  }

  public void add(FaultKind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  public void addAll(FaultCounts others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    others.reached.forEach((step, count) -> reached.merge(step, count, Long::sum));
    others.ended.forEach((step, count) -> ended.merge(step, count, Long::sum));
    others.membership.forEach((event, count) -> membership.merge(event, count, Long::sum));
    others.refused.forEach((why, count) -> refused.merge(why, count, Long::sum));
    others.messages.forEach((kind, count) -> messages.merge(kind, count, Long::sum));
    statesLost += others.statesLost;
  }

  public long of(FaultKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All that the nemesis caused: without what happens to single messages. */
  public long caused() {
    return Nemesis.CAUSED.stream().mapToLong(this::of).sum();
  }
}
