package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/** Majorities. With at most a handful of voters, plain copying and sorting is the fastest and surely right. */
final class Quorum {
  private Quorum() {
  }

  static int majority(int voters) {
    return voters / 2 + 1;
  }

  /** The largest value that a majority of the voters has reached; 0 without voters. */
  static long reachedByMajority(List<NodeId> voters, ToLongFunction<NodeId> value) {
    if (voters.isEmpty()) {
      return 0;
    }
    long[] values = new long[voters.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.applyAsLong(voters.get(i));
    }
    Arrays.sort(values);
    return values[values.length - majority(values.length)];
  }

  static boolean isMajority(List<NodeId> voters, Collection<NodeId> members) {
    return count(voters, members) >= majority(voters.size()) && !voters.isEmpty();
  }

  /** Whether so many refused that the others cannot be a majority any more. */
  static boolean isLost(List<NodeId> voters, Collection<NodeId> refusers) {
    return voters.size() - count(voters, refusers) < majority(voters.size());
  }

  private static int count(List<NodeId> voters, Collection<NodeId> members) {
    int count = 0;
    for (NodeId voter : voters) {
      if (members.contains(voter)) {
        count++;
      }
    }
    return count;
  }
}
