package io.balsa.jepsen.nemesis;

import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Members that come, are promoted, go, and come back. Afterwards the voters are those that they were. */
final class Memberships {
  private static final String FAMILY = "member";
  /** Of four voters, one may go. */
  private static final int NODES = 3;

  private Memberships() {}

  /** Changes the members, and says how. */
  @FunctionalInterface
  private interface Change {
    String make(Scene scene, Roster roster, Operator operator);
  }

  static List<Nemesis> all() {
    return List.of(
        change("member-add", 1, "a new node learns, then votes; afterwards it is removed",
            (scene, roster, operator) -> {
              ServerProcess node = roster.grow(operator);
              return node.id() + " was added and votes";
            }),
        change("member-remove", NODES, "a follower is removed; afterwards it comes back with an empty directory",
            (scene, roster, operator) -> removed(scene, roster, operator, Victims.follower(scene))),
        change("member-remove-leader", NODES, "the leader is removed; afterwards it comes back with an empty directory",
            (scene, roster, operator) -> removed(scene, roster, operator, Victims.leader(scene))),
        change("member-replace", NODES, "a new node takes the place of one of the others; afterwards it is the reverse",
            Memberships::replace),
        new Fault(FAMILY, "member-churn",
            "members are added, promoted, removed and replaced, one change after the other",
            Need.nodes(NODES), Memberships::churn).atLeast(Duration.ofSeconds(10)));
  }

  private static Nemesis change(String name, int nodes, String description, Change change) {
    return new Fault(FAMILY, name, description, Need.nodes(nodes), scene -> {
      Roster roster = Roster.of(scene.cluster());
      scene.onUndo(roster::restore);
      try (Operator operator = new Operator(scene.cluster())) {
        return change.make(scene, roster, operator);
      }
    });
  }

  private static String removed(Scene scene, Roster roster, Operator operator, ServerProcess victim) {
    String words = Victims.words(scene.cluster(), victim);
    roster.remove(operator, victim);
    return "removed " + words;
  }

  private static String replace(Scene scene, Roster roster, Operator operator) {
    ServerProcess victim = Draw.one(roster.voters(), scene.random());
    String words = Victims.words(scene.cluster(), victim);
    ServerProcess node = roster.grow(operator);
    roster.remove(operator, victim);
    return node.id() + " in place of " + words;
  }

  /** What it did is told when it has ended, for it is not known before: by the log of each node. */
  private static String churn(Scene scene) {
    Roster roster = Roster.of(scene.cluster());
    scene.onUndo(roster::restore);
    String first = step(scene.cluster(), roster, scene.random());
    Random random = new Random(scene.random().nextLong());
    Deed churning = Deed.start("membership churn", deed -> {
      while (deed.pause(Draw.millis(100, 1_000, random))) {
        step(scene.cluster(), roster, random);
        if (random.nextBoolean() && deed.goesOn()) {
          roster.restore();
        }
      }
    });
    scene.onUndo(churning::end);
    return "first " + first + ", then one change after the other";
  }

  /** One voter more where none was added yet, one less where that leaves three; else the members as they were. */
  private static String step(RealCluster cluster, Roster roster, Random random) {
    List<ServerProcess> running = new ArrayList<>(cluster.nodes().stream().filter(ServerProcess::isAlive).toList());
    try (Operator operator = new Operator(cluster)) {
      boolean grown = running.stream().anyMatch(node -> !roster.voters().contains(node));
      if (!grown && random.nextBoolean()) {
        return roster.grow(operator).id() + " was added and votes";
      }
      if (running.size() >= NODES) {
        ServerProcess victim = Draw.one(running, random);
        String words = Victims.words(cluster, victim);
        roster.remove(operator, victim);
        return "removed " + words;
      }
    }
    roster.restore();
    return "as before";
  }
}
