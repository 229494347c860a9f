package io.balsa.jepsen.nemesis;

import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Disks that are full, or stand still, and the loss of power. */
final class DiskFaults {
  private static final String FAMILY = "disk";
  /** Less than a segment of the log, and than a table of the state. */
  private static final long LEFT_BYTES = 64 * 1024;
  /** A file system keeps some for itself, and what runs meanwhile gives some back. */
  private static final long LEFT_BYTES_MOST = 2 * 1024 * 1024;
  /** A leader whose sync stands still hands over after an election timeout, and the next one is to be seen at work. */
  private static final Duration STALL = Duration.ofSeconds(5);
  private static final Duration STALL_MOST = Duration.ofSeconds(15);
  private static final Duration OUTAGE_MOST = Duration.ofSeconds(6);

  private DiskFaults() {}

  static List<Nemesis> all() {
    return List.of(
        full("disk-full-leader", 2, "the leader's disk has no room", scene -> List.of(Victims.leader(scene))),
        full("disk-full-follower", 2, "a follower's disk has no room", scene -> List.of(Victims.follower(scene))),
        full("disk-full-all", 1, "no disk has any room", Victims::all).atMost(STALL_MOST),
        stall("disk-stall-leader", 2, "what the leader syncs does not come to an end",
            scene -> List.of(Victims.leader(scene))),
        stall("disk-stall-follower", 2, "what a follower syncs does not come to an end",
            scene -> List.of(Victims.follower(scene))),
        stall("disk-stall-all", 1, "no sync comes to an end, anywhere", Victims::all).atMost(OUTAGE_MOST),
        power("power-one", 1, "one machine loses power", scene -> List.of(Victims.one(scene))),
        power("power-majority", 2, "the machines of a majority lose power at one moment", Victims::majority)
            .atMost(OUTAGE_MOST),
        power("power-all", 1, "all machines lose power at one moment", Victims::all).atMost(OUTAGE_MOST));
  }

  /** Whoever finds no room ends with that message, and is started when there is some again. */
  private static Fault full(String name, int nodes, String description, Processes.Choice choice) {
    return new Fault(FAMILY, name, description, Need.nodes(nodes).and(Need.disks()), scene -> {
      List<ServerProcess> victims = choice.victims(scene);
      String words = Victims.words(scene.cluster(), victims);
      scene.onUndo(() -> Revival.of(scene.cluster(), victims));
      victims.forEach(node -> scene.onUndo(() -> scene.disks().empty(node)));
      for (ServerProcess node : victims) {
        node.mayEnd(true);
        scene.disks().fill(node, LEFT_BYTES);
      }
      victims.forEach(DiskFaults::checkFull);
      return "no room on the disk of " + words;
    }).atLeast(STALL);
  }

  private static void checkFull(ServerProcess node) {
    try {
      long room = Files.getFileStore(node.data()).getUsableSpace();
      if (room > LEFT_BYTES_MOST) {
        throw new IllegalStateException("the disk of " + node + " was filled, and has room for " + room + " bytes");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Fault stall(String name, int nodes, String description, Processes.Choice choice) {
    return new Fault(FAMILY, name, description, Need.nodes(nodes).and(Need.disks()), scene -> {
      List<ServerProcess> victims = choice.victims(scene);
      String words = Victims.words(scene.cluster(), victims);
      for (ServerProcess node : victims) {
        scene.onUndo(() -> scene.disks().thaw(node));
        scene.disks().freeze(node);
      }
      return "frozen file system of " + words;
    }).atLeast(STALL).atMost(STALL_MOST);
  }

  private static Fault power(String name, int nodes, String description, Processes.Choice choice) {
    return new Fault("power", name, description, Need.nodes(nodes).and(Need.disks()), scene -> {
      List<ServerProcess> victims = choice.victims(scene);
      String words = Victims.words(scene.cluster(), victims);
      scene.onUndo(() -> victims.forEach(Processes::ensureStarted));
      scene.disks().losePower(victims);
      victims.forEach(Processes::awaitDead);
      return "power loss of " + words;
    });
  }
}
