package io.balsa.jepsen.torture;

import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.report.run.RunReport;
import java.util.List;
import java.util.Map;

/**
 * What the nodes are when all is over and all is whole again.
 *
 * @param states whether they hold the same
 * @param findings what is wrong with that
 * @param version of the servers
 */
record EndState(RunReport.States states, List<String> findings, String version) {
  /** They did not become whole. */
  static EndState notWhole(String why) {
    return new EndState(RunReport.States.NOT_COMPARED, List.of(why), "unknown");
  }

  static EndState of(Target target) {
    String version = target.version();
    Map<String, StateHash> hashes = target.hashes().orElse(Map.of());
    if (hashes.isEmpty()) {
      return new EndState(RunReport.States.NOT_COMPARED, List.of(), version);
    }
    if (hashes.values().stream().map(StateHash::hash).distinct().count() == 1) {
      return new EndState(RunReport.States.EQUAL, List.of(), version);
    }
    return new EndState(RunReport.States.DIFFERENT, List.of("the nodes hold different states at one index: " + hashes),
        version);
  }
}
