package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Link;
import io.balsa.jepsen.site.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Links that work badly: late, lossy, narrow, stuck, or broken again and again. */
final class LinkTroubles {
  private static final String FAMILY = "slow";
  private static final Duration HOLD = Duration.ofSeconds(4);
  private static final int KIB = 1024;

  private LinkTroubles() {}

  /** Draws how bad it is. */
  @FunctionalInterface
  private interface Extent {
    Trouble draw(Random random);
  }

  /** Draws which links it is on. */
  @FunctionalInterface
  private interface Where {
    List<Link> links(Scene scene);
  }

  static List<Nemesis> all() {
    Extent delay = random -> new Trouble.Delay(Draw.millis(20, 200, random));
    return List.of(
        trouble("slow-delay", "everything between nodes arrives late", Trouble.Delay.class, delay, LinkTroubles::peers),
        trouble("slow-leader",
            "all that the leader sends to nodes, and they to it, is late by most of an election timeout",
            Trouble.Delay.class, random -> new Trouble.Delay(Draw.millis(250, 450, random)), LinkTroubles::ofLeader),
        trouble("slow-clients", "all that clients send and get is late", Trouble.Delay.class, delay,
            LinkTroubles::clients),
        trouble("slow-loss", "packets between nodes are lost", Trouble.Loss.class,
            random -> new Trouble.Loss(Draw.between(5, 30, random)), LinkTroubles::peers),
        trouble("slow-rate", "links between nodes are narrow", Trouble.Rate.class,
            random -> new Trouble.Rate((long) KIB * Draw.between(32, 512, random)), LinkTroubles::peers),
        trouble("slow-stall", "the connections of one node, to nodes and clients, take nothing more",
            Trouble.Stall.class,
            random -> new Trouble.Stall(), LinkTroubles::ofOne),
        trouble("slow-half-close", "what one node sends ends, and the way back stays", Trouble.HalfClose.class,
            random -> new Trouble.HalfClose(), LinkTroubles::fromOne),
        trouble("slow-reset", "the connections of one node, with nodes and clients, are reset", Trouble.Reset.class,
            random -> new Trouble.Reset(), LinkTroubles::ofOne));
  }

  private static Nemesis trouble(String name, String description, Class<? extends Trouble> kind, Extent extent,
      Where where) {
    return new Fault(FAMILY, name, description, Need.trouble(kind).and(Need.nodes(2)), scene -> {
      Trouble trouble = extent.draw(scene.random());
      List<Link> links = where.links(scene);
      scene.onUndo(scene.network()::heal);
      links.forEach(link -> scene.network().make(link, trouble));
      return trouble + " on " + links;
    }).atLeast(HOLD);
  }

  private static List<Link> peers(Scene scene) {
    return Shape.all(scene.ids());
  }

  private static List<Link> ofLeader(Scene scene) {
    String leader = Victims.leader(scene).id();
    return Shape.bothWays(List.of(leader), Shape.without(leader, scene.ids()));
  }

  private static List<Link> clients(Scene scene) {
    return Shape.bothWays(List.of(Link.CLIENTS), scene.ids());
  }

  private static List<Link> ofOne(Scene scene) {
    String one = Draw.one(scene.ids(), scene.random());
    return Shape.bothWays(List.of(one), withClients(Shape.without(one, scene.ids())));
  }

  private static List<Link> fromOne(Scene scene) {
    String one = Draw.one(scene.ids(), scene.random());
    return withClients(Shape.without(one, scene.ids())).stream().map(other -> new Link(one, other)).toList();
  }

  private static List<String> withClients(List<String> nodes) {
    List<String> ends = new ArrayList<>(nodes);
    ends.add(Link.CLIENTS);
    return List.copyOf(ends);
  }
}
