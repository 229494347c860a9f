package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.NodeId;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Majorities against their definition: try every value and count. */
class QuorumTest {
  @Property
  void reachedIsTheLargestValueThatMoreThanHalfHaveReached(
      @ForAll @Size(min = 1, max = 7) List<@LongRange(min = 0, max = 20) Long> values) {
    List<NodeId> voters = IntStream.range(0, values.size()).mapToObj(i -> new NodeId("n" + i)).toList();
    long best = 0;
    for (long candidate = 0; candidate <= 20; candidate++) {
      long atLeast = candidate;
      if (2 * values.stream().filter(v -> v >= atLeast).count() > values.size()) {
        best = candidate;
      }
    }
    assertThat(Quorum.reachedByMajority(voters, voter -> values.get(voters.indexOf(voter)))).isEqualTo(best);
  }

  @Property
  void aMajorityIsMoreThanHalfOfTheVotersAndNobodyElseCounts(@ForAll @IntRange(min = 1, max = 7) int size,
      @ForAll @IntRange(min = 0, max = 7) int members, @ForAll @IntRange(min = 0, max = 3) int strangers) {
    List<NodeId> voters = IntStream.range(0, size).mapToObj(i -> new NodeId("n" + i)).toList();
    TreeSet<NodeId> said = new TreeSet<>(voters.subList(0, Math.min(size, members)));
    IntStream.range(0, strangers).forEach(i -> said.add(new NodeId("x" + i)));
    int count = Math.min(size, members);
    assertThat(Quorum.isMajority(voters, said)).isEqualTo(2 * count > size);
    assertThat(Quorum.isLost(voters, said)).isEqualTo(2 * (size - count) <= size);
  }

  @Property(tries = 1)
  void nobodyIsNoMajority() {
    assertThat(Quorum.isMajority(List.of(), List.of())).isFalse();
    assertThat(Quorum.reachedByMajority(List.of(), voter -> 7)).isZero();
  }
}
