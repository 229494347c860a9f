package io.balsa.jepsen.nemesis;

import io.balsa.client.cluster.NodeStatus;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom a fault hits, and how they stood when they were chosen. */
final class Victims {
  private Victims() {}

  /** Who leads now; waited for. */
  static ServerProcess leader(Scene scene) {
    return scene.cluster().awaitLeader();
  }

  /** One that does not lead. */
  static ServerProcess follower(Scene scene) {
    ServerProcess leader = leader(scene);
    List<ServerProcess> others = all(scene).stream().filter(node -> !node.equals(leader)).toList();
    if (others.isEmpty()) {
      throw new CannotBeDone("no node runs besides " + leader);
    }
    return Draw.one(others, scene.random());
  }

  /** Any one. */
  static ServerProcess one(Scene scene) {
    return Draw.one(all(scene), scene.random());
  }

  /** As many as the others outvote. */
  static List<ServerProcess> minority(Scene scene) {
    List<ServerProcess> nodes = all(scene);
    return Draw.some(nodes, Draw.minority(nodes.size(), scene.random()), scene.random());
  }

  /** As few as outvote the others. */
  static List<ServerProcess> majority(Scene scene) {
    List<ServerProcess> nodes = all(scene);
    return Draw.some(nodes, Draw.majority(nodes.size()), scene.random());
  }

  /** Those that run; others have been hit already. */
  static List<ServerProcess> all(Scene scene) {
    List<ServerProcess> running = scene.cluster().nodes().stream().filter(node -> node.isAlive() && !node.isPaused())
        .toList();
    if (running.isEmpty()) {
      throw new CannotBeDone("no node runs");
    }
    return running;
  }

  /** {@code n2, which led in term 7, and n3, which followed}; asked before anything is done to them. */
  static String words(RealCluster cluster, List<ServerProcess> victims) {
    return victims.stream().map(node -> node.id() + standing(cluster.status(node)))
        .collect(Collectors.joining(", and "));
  }

  static String words(RealCluster cluster, ServerProcess victim) {
    return words(cluster, List.of(victim));
  }

  private static String standing(Optional<NodeStatus> status) {
    return status.map(says -> switch (says.role()) {
      case "LEADER" -> ", which led in term " + says.term();
      case "FOLLOWER" -> says.leaderId().isEmpty() ? ", which knew no leader in term " + says.term()
          : ", which followed " + says.leaderId() + " in term " + says.term();
      default -> ", which was " + says.role() + " in term " + says.term();
    }).orElse(", which did not answer");
  }
}
