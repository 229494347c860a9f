package io.balsa.jepsen.nemesis;

import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Wall clocks that jump, which servers must not care about. */
final class ClockJumps {
  private static final String FAMILY = "clock";
  private static final int HOURS_MOST = 72;

  private ClockJumps() {}

  static List<Nemesis> all() {
    return List.of(
        jump("clock-one", "the wall clock of one node jumps by hours, forward or back",
            scene -> List.of(Victims.one(scene))),
        jump("clock-leader", "the leader's wall clock jumps by hours, forward or back",
            scene -> List.of(Victims.leader(scene))),
        jump("clock-all", "the wall clock of every node jumps by hours, each its own way", Victims::all),
        new Fault(FAMILY, "clock-strobe", "wall clocks jump by hours, forward and back, again and again", Need.clocks(),
            ClockJumps::strobe).atLeast(Duration.ofSeconds(5)));
  }

  private static Nemesis jump(String name, String description, Processes.Choice choice) {
    return new Fault(FAMILY, name, description, Need.clocks(), scene -> {
      List<String> jumps = new ArrayList<>();
      for (ServerProcess node : choice.victims(scene)) {
        Duration by = draw(scene.random());
        scene.onUndo(() -> scene.clocks().set(node, Duration.ZERO));
        scene.clocks().set(node, by);
        jumps.add(node.id() + " by " + by);
      }
      return "wall clock of " + jumps;
    }).atLeast(Duration.ofSeconds(3));
  }

  private static String strobe(Scene scene) {
    List<ServerProcess> nodes = scene.cluster().nodes();
    nodes.forEach(node -> scene.onUndo(() -> scene.clocks().set(node, Duration.ZERO)));
    Random random = new Random(scene.random().nextLong());
    ServerProcess first = Draw.one(nodes, random);
    Duration by = draw(random);
    scene.clocks().set(first, by);
    Deed strobing = Deed.start("jumping clocks", deed -> {
      while (deed.pause(Draw.millis(500, 1_500, random))) {
        scene.clocks().set(Draw.one(nodes, random), draw(random));
      }
    });
    scene.onUndo(strobing::end);
    return "wall clock of " + first.id() + " by " + by + ", then again and again, of any node";
  }

  /** At least an hour. */
  private static Duration draw(Random random) {
    int hours = Draw.between(1, HOURS_MOST, random);
    return Duration.ofHours(random.nextBoolean() ? hours : -hours).plusMinutes(Draw.between(0, 59, random));
  }
}
