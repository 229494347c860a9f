package io.balsa.raft.sim;

import java.util.List;

/**
 * How the membership of a run changes.
 *
 * @param nodesMax            nodes that may ever be, each incarnation counted
 * @param changeIntervalNanos mean time between two wishes of the operator; 0: none, and no directory is ever lost
 * @param losesDirectories    whether directories are lost, and their nodes replaced
 * @param forgets             whether disks forget what they confirmed (I4)
 * @param preferenceNanos     as in RaftConfig
 */
public record MemberOptions(int nodesMax, long changeIntervalNanos, boolean losesDirectories, boolean forgets,
    long preferenceNanos) {
  private static final long MILLIS = 1_000_000;
  private static final int MORE_NODES_MAX = 12;

  public static MemberOptions none(int voters) {
    return new MemberOptions(voters, 0, false, false, 0);
  }

  static MemberOptions draw(SimRandom random, int voters) {
    if (random.chance(0.5)) {
      return none(voters);
    }
    return new MemberOptions(voters + MORE_NODES_MAX, random.between(300, 5_000) * MILLIS, random.chance(0.7),
        random.chance(0.5), random.pick(List.of(0L, 1_000 * MILLIS, 10_000 * MILLIS)));
  }

  boolean changes() {
    return changeIntervalNanos > 0;
  }
}
