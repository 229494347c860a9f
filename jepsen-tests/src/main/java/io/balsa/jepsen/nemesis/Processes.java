package io.balsa.jepsen.nemesis;

import io.balsa.client.cluster.NodeStatus;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Processes that are killed, stand still, or are told to end. */
final class Processes {
  private static final Duration SIGNAL_MOST = Duration.ofSeconds(20);
  private static final Duration RESTART_MOST = Duration.ofSeconds(70);
  /** Longer than a follower ever waits before it stands, and than an election takes then. */
  private static final Duration ELECTION = Duration.ofSeconds(4);
  /** With no majority nothing is answered: all that can be learned from that is learned soon. */
  private static final Duration OUTAGE_MOST = Duration.ofSeconds(6);

  private Processes() {}

  /** Draws those that it hits. */
  @FunctionalInterface
  interface Choice {
    List<ServerProcess> victims(Scene scene);
  }

  static List<Nemesis> all() {
    return List.of(
        kill("kill-follower", 2, "SIGKILL of a follower", scene -> List.of(Victims.follower(scene))),
        kill("kill-leader", 1, "SIGKILL of the leader", scene -> List.of(Victims.leader(scene))),
        kill("kill-majority", 2, "SIGKILL of a majority", Victims::majority).atMost(OUTAGE_MOST),
        kill("kill-all", 1, "SIGKILL of all nodes", Victims::all).atMost(OUTAGE_MOST),
        new Fault("kill", "kill-loop", "SIGKILL of one node again and again, also while it starts", Need.nodes(2),
            Processes::killAgain).atLeast(ELECTION),
        pause("pause-follower", 2, "SIGSTOP of a follower", scene -> List.of(Victims.follower(scene)))
            .atLeast(ELECTION),
        pause("pause-leader", 1, "SIGSTOP of the leader for longer than an election takes",
            scene -> List.of(Victims.leader(scene))).atLeast(ELECTION),
        pause("pause-all", 1, "SIGSTOP of all nodes, for a short time", Victims::all).atMost(OUTAGE_MOST),
        new Fault("restart", "restart-rolling", "SIGTERM and a new start of one node after the other", Need.nodes(1),
            Processes::restartAll));
  }

  private static Fault kill(String name, int nodes, String description, Choice choice) {
    return new Fault("kill", name, description, Need.nodes(nodes), scene -> {
      List<ServerProcess> victims = choice.victims(scene);
      String words = Victims.words(scene.cluster(), victims);
      kill(scene, victims);
      return "SIGKILL of " + words;
    });
  }

  /** They are dead when this returns; undoing it starts them. */
  static void kill(Scene scene, List<ServerProcess> victims) {
    scene.onUndo(() -> victims.forEach(Processes::ensureStarted));
    victims.forEach(ServerProcess::kill);
    victims.forEach(Processes::awaitDead);
  }

  static void awaitDead(ServerProcess node) {
    node.awaitEnd(SIGNAL_MOST);
    if (node.isAlive()) {
      throw new IllegalStateException(node + " was killed, and is alive");
    }
  }

  /** One that was not ended by this fault, but by another one at the same time, is started by that one. */
  static void ensureStarted(ServerProcess node) {
    if (!node.isAlive()) {
      node.start();
    }
  }

  /** A JVM needs a while to open its log: the kills fall into recovery, into an election, into service. */
  private static String killAgain(Scene scene) {
    ServerProcess victim = Victims.one(scene);
    String words = Victims.words(scene.cluster(), victim);
    kill(scene, List.of(victim));
    Random random = new Random(scene.random().nextLong());
    Deed killing = Deed.start("kills of " + victim.id(), deed -> {
      while (deed.pause(Draw.millis(0, 500, random))) {
        ensureStarted(victim);
        if (!deed.pause(Draw.millis(100, 4_000, random))) {
          return;
        }
        victim.kill();
        awaitDead(victim);
      }
    });
    scene.onUndo(killing::end);
    return "SIGKILL of " + words + ", and again after each start";
  }

  private static Fault pause(String name, int nodes, String description, Choice choice) {
    return new Fault("pause", name, description, Need.nodes(nodes), scene -> {
      List<ServerProcess> victims = choice.victims(scene);
      String words = Victims.words(scene.cluster(), victims);
      scene.onUndo(() -> victims.forEach(ServerProcess::resume));
      victims.forEach(ServerProcess::pause);
      victims.forEach(Processes::awaitStopped);
      return "SIGSTOP of " + words;
    });
  }

  private static void awaitStopped(ServerProcess node) {
    Await.until(SIGNAL_MOST, () -> ProcessState.of(node.pid()) == ProcessState.STOPPED,
        () -> node + " is in state " + ProcessState.of(node.pid()) + ", not stopped");
  }

  /** Undone when the last node is ready again: an upgrade does not stop half way. */
  private static String restartAll(Scene scene) throws InterruptedException {
    List<ServerProcess> order = Draw.shuffled(scene.cluster().nodes(), scene.random());
    String words = Victims.words(scene.cluster(), order);
    CountDownLatch oneEnded = new CountDownLatch(1);
    Deed restarting = Deed.start("rolling restart", deed -> {
      for (ServerProcess node : order) {
        node.restart();
        oneEnded.countDown();
        scene.cluster().awaitStatus(node, "is ready after its restart", NodeStatus::ready);
      }
    });
    scene.onUndo(() -> order.forEach(Processes::ensureStarted));
    scene.onUndo(restarting::finish);
    if (!oneEnded.await(RESTART_MOST.toSeconds(), TimeUnit.SECONDS)) {
      restarting.check();
      throw new IllegalStateException(order.getFirst() + " was not restarted within " + RESTART_MOST);
    }
    return "SIGTERM, one after the other, of " + words;
  }
}
