package io.balsa.raft.sim;

import io.balsa.raft.action.MembershipRejection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How often each fault happened. */
public final class FaultCounts {
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);

  private final Map<SnapshotStep, Long> reached = new EnumMap<>(SnapshotStep.class);
  private final Map<SnapshotStep, Long> ended = new EnumMap<>(SnapshotStep.class);
  private final Map<StateEvent, Long> stateEvents = new EnumMap<>(StateEvent.class);
  private final Map<String, Long> statesLost = new TreeMap<>();
  private long stoppedMidway;
  private long followerReads;

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

  /** What happened to the membership. */
  public String members() {
    return "membership " + membership + ", changes refused " + refused;
  }

  /** @param processEnded the process ended right there */
  public void step(SnapshotStep step, boolean processEnded) {
    reached.merge(step, 1L, Long::sum);
    ended.merge(step, processEnded ? 1L : 0L, Long::sum);
  }

  public long endedAt(SnapshotStep step) {
    return ended.getOrDefault(step, 0L);
  }

  /** @param how what {@link NodeState#lose} said */
  public void stateLost(String how) {
    statesLost.merge(how, 1L, Long::sum);
  }

  /** By what befell them. */
  public Map<String, Long> statesLost() {
    return statesLost;
  }

  /** A machine stopped in the middle of something that was being written to its state's disk. */
  public void stoppedMidway() {
    stoppedMidway++;
  }

  public long ofStoppedMidway() {
    return stoppedMidway;
  }

  /** A read was served by a node that does not lead (C3). */
  public void followerRead() {
    followerReads++;
  }

  public long followerReads() {
    return followerReads;
  }

  public void add(StateEvent event) {
    stateEvents.merge(event, 1L, Long::sum);
  }

  public long of(StateEvent event) {
    return stateEvents.getOrDefault(event, 0L);
  }

  /** Faults, events, and steps at which no process ended: over all seeds of a build there is to be none of these. */
  public List<String> neverHappened() {
    List<String> never = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (of(kind) == 0) {
        never.add(kind.name());
      }
    }
    for (StateEvent event : StateEvent.values()) {
      if (of(event) == 0) {
        never.add(event.name());
      }
    }
    for (SnapshotStep step : SnapshotStep.values()) {
      if (endedAt(step) == 0) {
        never.add("a process that ends at " + step);
      }
    }
    return never;
  }

  /** What never happened to the membership. */
  public List<String> membershipNeverHappened() {
    List<String> never = new ArrayList<>();
    for (MembershipEvent event : MembershipEvent.values()) {
      if (of(event) == 0) {
        never.add(event.name());
      }
    }
    for (MembershipRejection why : MembershipRejection.values()) {
      if (of(why) == 0 && why != MembershipRejection.TOO_MANY_MEMBERS) { // there are never 64
        never.add("a change refused for " + why);
      }
    }
    return never;
  }

  /** How often each step was reached, and how often a process ended there; what befell states. */
  public String steps() {
    return "reached " + reached + ", ended at " + ended + ", states lost " + statesLost + ", starts and states "
        + stateEvents + ", stopped in the middle of a write of the state " + stoppedMidway + ", reads at followers "
        + followerReads;
  }

  public void add(FaultKind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  public void addAll(FaultCounts others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    others.reached.forEach((step, count) -> reached.merge(step, count, Long::sum));
    others.ended.forEach((step, count) -> ended.merge(step, count, Long::sum));
    others.stateEvents.forEach((event, count) -> stateEvents.merge(event, count, Long::sum));
    stoppedMidway += others.stoppedMidway;
    others.statesLost.forEach((how, count) -> statesLost.merge(how, count, Long::sum));
    followerReads += others.followerReads;
    others.membership.forEach((event, count) -> membership.merge(event, count, Long::sum));
    others.refused.forEach((why, count) -> refused.merge(why, count, Long::sum));
    others.messages.forEach((kind, count) -> messages.merge(kind, count, Long::sum));
  }

  public long of(FaultKind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All that the nemesis caused: without what happens to single messages. */
  public long caused() {
    return Nemesis.CAUSED.stream().mapToLong(this::of).sum();
  }
}
