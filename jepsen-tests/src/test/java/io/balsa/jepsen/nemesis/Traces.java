package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a fault leaves behind in a cluster that has recovered from it, by node: a fault that hits nobody leaves nothing.
 *
 * @param pids which process it is
 * @param incarnations which life of its name
 * @param states which directory its state is in
 * @param term the newest of all
 */
record Traces(Map<String, Long> pids, Map<String, Long> incarnations, Map<String, String> states, long term) {
  private static final Set<String> NEW_PROCESS_OF_ONE = Set.of("kill-follower", "kill-leader", "kill-loop", "power-one",
      "corrupt-log", "corrupt-log-tail", "corrupt-state");
  private static final Set<String> NEW_PROCESS_OF_TWO = Set.of("kill-majority", "power-majority");
  private static final Set<String> NEW_PROCESS_OF_ALL = Set.of("kill-all", "power-all", "restart-rolling");
  private static final Set<String> NEW_INCARNATION = Set.of("corrupt-log", "wipe-node", "member-remove",
      "member-remove-leader", "member-replace");
  private static final Set<String> NEW_LEADER = Set.of("kill-leader", "pause-leader", "partition-leader",
      "partition-leader-alone", "partition-leader-mute", "partition-leader-deaf", "disk-stall-leader", "transfer-storm",
      "member-remove-leader");

  static Traces of(RealCluster cluster) {
    List<ServerProcess> nodes = cluster.nodes();
    try (BalsaClient client = cluster.client().timeout(Duration.ofSeconds(30)).build()) {
      return new Traces(nodes.stream().collect(Collectors.toMap(ServerProcess::id, ServerProcess::pid)),
          client.cluster().members().stream().collect(Collectors.toMap(MemberInfo::id, MemberInfo::incarnation)),
          nodes.stream().collect(Collectors.toMap(ServerProcess::id, node -> NodeFiles.of(node).directory())),
          nodes.stream().flatMap(node -> cluster.status(node).stream()).mapToLong(NodeStatus::term).max().orElse(0));
    }
  }

  private static long differing(Map<String, ?> some, Map<String, ?> others) {
    return some.entrySet().stream().filter(entry -> !entry.getValue().equals(others.get(entry.getKey()))).count();
  }

  void assertHit(Nemesis nemesis, Traces after) {
    String name = nemesis.name();
    if (NEW_PROCESS_OF_ONE.contains(name)) {
      assertThat(differing(pids, after.pids)).as("new processes").isEqualTo(1);
    }
    if (NEW_PROCESS_OF_TWO.contains(name)) {
      assertThat(differing(pids, after.pids)).as("new processes").isEqualTo(2);
    }
    if (NEW_PROCESS_OF_ALL.contains(name)) {
      assertThat(differing(pids, after.pids)).as("new processes").isEqualTo(pids.size());
    }
    if (NEW_INCARNATION.contains(name)) {
      assertThat(differing(incarnations, after.incarnations)).as("new incarnations").isEqualTo(1);
    }
    if (name.equals("corrupt-state")) {
      assertThat(differing(states, after.states)).as("new states").isPositive();
    }
    if (NEW_LEADER.contains(name)) {
      assertThat(after.term).as("term").isGreaterThan(term);
    }
  }
}
