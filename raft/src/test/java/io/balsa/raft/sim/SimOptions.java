package io.balsa.raft.sim;

import io.balsa.raft.core.RaftConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a seed draws before a run begins (swarm testing: each seed switches on a part of the faults only, at its own rates, so
 * that rare combinations get runs of their own). Times in nanoseconds.
 *
 * @param voters             cluster size
 * @param tickNanos          a stage without a signal polls this often
 * @param stageDelayNanos    mean time from a signal to the poll that it wakes
 * @param clockRates         local nanoseconds in one simulated nanosecond, for each node
 * @param latencyNanos       mean one-way delay of a message
 * @param lossProbability    of each message
 * @param duplicateProbability of each message
 * @param reorderProbability of each message: it takes a much longer way
 * @param fifo               whether the messages of a link keep their order otherwise
 * @param lateAfterRestart   whether messages sent to an earlier process reach the new one
 * @param syncNanos          mean time of a sync
 * @param cachedEntries      entries that the log keeps in memory
 * @param faultIntervalNanos mean time between two faults
 * @param faultDurationNanos mean time until a fault ends by itself
 * @param faults             what the nemesis may do
 * @param clients            simulated clients
 * @param thinkNanos         mean time between two calls of a client
 * @param keys               registers
 * @param preemptProbability of each call of a port: the calling thread stands still there for a while
 * @param safetyNanos        length of the safety phase
 * @param keepEntries        what a compaction leaves of the log
 * @param settingsDiffer     whether each node has settings of its own
 * @param members            how the membership changes
 */
public record SimOptions(int voters, RaftConfig raft, long tickNanos, long stageDelayNanos, List<Double> clockRates,
    long latencyNanos, double lossProbability, double duplicateProbability, double reorderProbability, boolean fifo,
    boolean lateAfterRestart, long syncNanos, int cachedEntries, long faultIntervalNanos, long faultDurationNanos,
    Set<FaultKind> faults, int clients, long thinkNanos, int keys,
    double preemptProbability, long safetyNanos, int keepEntries, boolean settingsDiffer, MemberOptions members) {

  private static final long MILLIS = 1_000_000;
  private static final int KEEP_ALL = 1_000_000;

  public static SimOptions draw(SimRandom random, Duration safety) {
    int voters = random.pick(List.of(1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 5));
    SimRandom ofMembers = random.fork("members");
    MemberOptions members = MemberOptions.draw(ofMembers, voters);
    long heartbeat = random.between(20, 150) * MILLIS;
    long electionMin = heartbeat * random.between(3, 12);
    long electionMax = electionMin + electionMin * random.between(20, 100) / 100;
    RaftConfig raft = new RaftConfig(heartbeat, electionMin, electionMax, random.between(0, 20) * MILLIS,
        random.pick(List.of(1, 2, 8, 64, 4_096)), random.pick(List.of(1L, 100L, 1_000L, 1L << 20)),
        random.pick(List.of(1, 2, 8, 64)), random.pick(List.of(100L, 10_000L, 16L << 20)), 200 * MILLIS,
        1_000 * MILLIS, members.preferenceNanos());
    List<Double> rates = new ArrayList<>();
    double spread = random.pick(List.of(0.0, 0.001, 0.01, 0.1));
    for (int i = 0; i < voters; i++) {
      rates.add(1 + random.between(-spread, spread));
    }
    for (int i = voters; i < members.nodesMax(); i++) {
      rates.add(1 + ofMembers.between(-spread, spread));
    }
    long latency = random.pick(List.of(100_000L, 500_000L, 2 * MILLIS, 10 * MILLIS));
    Set<FaultKind> faults = EnumSet.noneOf(FaultKind.class);
    double share = random.between(0.2, 1.0);
    for (FaultKind kind : Nemesis.CAUSED) {
      if (random.chance(share)) {
        faults.add(kind);
      }
    }
    return new SimOptions(voters, raft, random.between(2, 20) * MILLIS, random.pick(List.of(5_000L, 50_000L, 500_000L)),
        List.copyOf(rates), latency, random.pick(List.of(0.0, 0.0, 0.01, 0.1)), random.pick(List.of(0.0, 0.01, 0.1)),
        random.pick(List.of(0.0, 0.01, 0.1)), random.chance(0.5), random.chance(0.5),
        random.pick(List.of(50_000L, MILLIS, 5 * MILLIS)), random.pick(List.of(0, 4, 1_000)),
        random.between(300, 4_000) * MILLIS, random.between(100, 3_000) * MILLIS, faults, random.between(3, 8),
        random.between(50, 400) * MILLIS, random.between(1, 6), random.pick(List.of(0.0, 0.001, 0.01, 0.05)),
        safety.toNanos(), random.pick(List.of(KEEP_ALL, KEEP_ALL, 0, 8, 50)), random.chance(0.5), members);
  }

  /** The same with other clocks. */
  public SimOptions withClockRates(List<Double> rates) {
    return with(rates, members);
  }

  /** The same with members that stay. */
  public SimOptions withoutChanges() {
    return with(clockRates.subList(0, voters), MemberOptions.none(voters));
  }

  private SimOptions with(List<Double> rates, MemberOptions newMembers) {
    return new SimOptions(voters, raft, tickNanos, stageDelayNanos, List.copyOf(rates), latencyNanos, lossProbability,
        duplicateProbability, reorderProbability, fifo, lateAfterRestart, syncNanos, cachedEntries, faultIntervalNanos,
        faultDurationNanos, faults, clients, thinkNanos, keys, preemptProbability, safetyNanos, keepEntries,
        settingsDiffer, newMembers);
  }

  /** The same with these faults only. */
  public SimOptions withFaults(Set<FaultKind> others) {
    return new SimOptions(voters, raft, tickNanos, stageDelayNanos, clockRates, latencyNanos, lossProbability,
        duplicateProbability, reorderProbability, fifo, lateAfterRestart, syncNanos, cachedEntries, faultIntervalNanos,
        faultDurationNanos, others, clients, thinkNanos, keys, preemptProbability, safetyNanos, keepEntries,
        settingsDiffer, members);
  }

  /** The same with logs that are kept from their begin, and so without snapshots. */
  public SimOptions withoutCompaction() {
    return new SimOptions(voters, raft, tickNanos, stageDelayNanos, clockRates, latencyNanos, lossProbability,
        duplicateProbability, reorderProbability, fifo, lateAfterRestart, syncNanos, cachedEntries, faultIntervalNanos,
        faultDurationNanos, faults, clients, thinkNanos, keys, preemptProbability, safetyNanos, KEEP_ALL,
        settingsDiffer, members);
  }

  /** Whether logs are compacted, snapshots sent, and states lost. */
  public boolean compacts() {
    return keepEntries < KEEP_ALL;
  }

  public double fastestRate() {
    return clockRates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
