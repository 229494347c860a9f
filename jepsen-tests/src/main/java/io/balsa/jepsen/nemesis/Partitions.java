package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The network cut in two, or more. */
final class Partitions {
  private static final String FAMILY = "partition";
  private static final Trouble CUT = new Trouble.Cut();
  /** An election has been held by then, if one can be. */
  private static final Duration HOLD = Duration.ofSeconds(4);

  private Partitions() {}

  /** Draws what to cut of the network as it is now. */
  @FunctionalInterface
  private interface Choice {
    Shape shape(Scene scene);
  }

  static List<Nemesis> all() {
    return List.of(
        cut("partition-halves", 2, "a minority of the nodes and the rest do not see each other",
            scene -> Shape.halves(scene.ids(), scene.random())),
        cut("partition-ring", 3, "each node sees a majority, and no two the same one",
            scene -> Shape.majorityRing(scene.ids(), scene.random())),
        cut("partition-bridge", 3, "two halves see each other over one node only",
            scene -> Shape.bridge(scene.ids(), scene.random())),
        cut("partition-leader", 2, "the leader and the other nodes do not see each other; clients see all",
            scene -> Shape.isolated(leader(scene), scene.ids())),
        cut("partition-leader-alone", 2, "the leader sees neither nodes nor clients",
            scene -> Shape.alone(leader(scene), scene.ids())),
        cut("partition-follower", 2, "a follower and the other nodes do not see each other; clients see all",
            scene -> Shape.isolated(Victims.follower(scene).id(), scene.ids())),
        cut("partition-leader-mute", 2, "the leader hears the others, and they do not hear it",
            scene -> Shape.mute(leader(scene), scene.ids())),
        cut("partition-leader-deaf", 2, "the others hear the leader, and it does not hear them",
            scene -> Shape.deaf(leader(scene), scene.ids())),
        new Fault(FAMILY, "partition-flapping", "a cut comes and goes, again and again, each time another one",
            Need.trouble(Trouble.Cut.class).and(Need.nodes(2)), Partitions::flap).atLeast(HOLD));
  }

  private static Nemesis cut(String name, int nodes, String description, Choice choice) {
    return new Fault(FAMILY, name, description, Need.trouble(Trouble.Cut.class).and(Need.nodes(nodes)), scene -> {
      Shape shape = choice.shape(scene);
      String led = scene.cluster().leader().map(node -> "; " + node.id() + " led").orElse("");
      scene.onUndo(scene.network()::heal);
      make(scene, shape);
      return shape.words() + led;
    }).atLeast(HOLD);
  }

  private static String leader(Scene scene) {
    return Victims.leader(scene).id();
  }

  /** The network throws where it cannot see that a link is cut. */
  private static void make(Scene scene, Shape shape) {
    shape.cuts().forEach(link -> scene.network().make(link, CUT));
  }

  /** The fault owns the network until its thread has ended. */
  private static String flap(Scene scene) {
    scene.onUndo(scene.network()::heal);
    List<String> nodes = scene.ids();
    Shape first = draw(nodes, scene.random());
    make(scene, first);
    Random random = new Random(scene.random().nextLong());
    Deed flapping = Deed.start("flapping partition", deed -> {
      while (deed.pause(Draw.millis(300, 2_000, random))) {
        scene.network().heal();
        if (!deed.pause(Draw.millis(100, 1_500, random))) {
          return;
        }
        make(scene, draw(nodes, random));
      }
    });
    scene.onUndo(flapping::end);
    return "first " + first.words() + ", then others, each healed before the next";
  }

  private static Shape draw(List<String> nodes, Random random) {
    return random.nextBoolean() ? Shape.halves(nodes, random) : Shape.isolated(Draw.one(nodes, random), nodes);
  }
}
