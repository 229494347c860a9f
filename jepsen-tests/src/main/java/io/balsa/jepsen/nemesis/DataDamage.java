package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.nemesis.FileDamage.Stretch;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Data of a minority that is damaged or lost while its nodes are down. Only in a cluster that is whole: more than a minority together
 * is not promised to be survived, and a node that still recovers from such a fault counts as one that lost its data.
 */
final class DataDamage {
  private static final String FAMILY = "corrupt";
  /** A node with a damaged log is away for ten seconds at least. */
  private static final Duration HOLD = Duration.ofSeconds(5);
  private static final Duration STOP_MOST = Duration.ofSeconds(60);
  private static final int NODES = 3;

  private DataDamage() {}

  /** Damages the files of a node that does not run, and says how. */
  @FunctionalInterface
  private interface Harm {
    String doTo(NodeFiles files, Random random);
  }

  /** Waits until the nodes are whole again, which they see to themselves. */
  @FunctionalInterface
  private interface Repair {
    void await(RealCluster cluster, List<ServerProcess> nodes);
  }

  static List<Nemesis> all() {
    return List.of(
        damage("corrupt-log", "bits of a minority's logs flip while the nodes are down", DataDamage::flipLog,
            Revival::of),
        damage("corrupt-log-tail", "the logs of a minority lose their tails while the nodes are down",
            DataDamage::cutLog, Revival::of),
        damage("corrupt-state", "bits of a minority's SST files flip while the nodes are down", DataDamage::flipState,
            Revival::withWholeState),
        new Fault("wipe", "wipe-node", "a node loses its data directory, and is replaced by hand afterwards",
            Need.nodes(NODES), DataDamage::wipe).atLeast(HOLD));
  }

  private static Nemesis damage(String name, String description, Harm harm, Repair repair) {
    return new Fault(FAMILY, name, description, Need.nodes(NODES), scene -> {
      Roster.checkWhole(scene.cluster());
      List<ServerProcess> victims = Victims.minority(scene);
      String words = Victims.words(scene.cluster(), victims);
      scene.onUndo(() -> repair.await(scene.cluster(), victims));
      List<String> done = new ArrayList<>();
      for (ServerProcess node : victims) {
        stop(node);
        done.add(node.id() + ": " + harm.doTo(NodeFiles.of(node), scene.random()));
        node.start();
        node.mayEnd(true);
      }
      return done + " of " + words;
    }).atLeast(HOLD);
  }

  /** By SIGKILL; but what no flush has put into a table yet, only a clean stop does, and then there is one to damage. */
  private static void stop(ServerProcess node) {
    if (NodeFiles.of(node).tables().isEmpty()) {
      node.terminate();
      node.awaitEnd(STOP_MOST);
    } else {
      node.kill();
      Processes.awaitDead(node);
    }
  }

  private static String flipLog(NodeFiles files, Random random) {
    Path segment = Draw.one(inUse(files), random);
    return FileDamage.flipBits(segment, FileDamage.used(segment), random);
  }

  private static String cutLog(NodeFiles files, Random random) {
    Path last = inUse(files).getLast();
    return FileDamage.cutTail(last, FileDamage.used(last), random);
  }

  private static List<Path> inUse(NodeFiles files) {
    List<Path> segments = files.segments().stream().filter(segment -> !isEmpty(FileDamage.used(segment))).toList();
    if (segments.isEmpty()) {
      throw new CannotBeDone("no log on the disk to damage");
    }
    return segments;
  }

  private static boolean isEmpty(Stretch stretch) {
    return stretch.end() <= stretch.begin();
  }

  private static String flipState(NodeFiles files, Random random) {
    if (files.tables().isEmpty()) {
      throw new CannotBeDone("no SST file on the disk to damage");
    }
    Path table = Draw.one(files.tables(), random);
    return FileDamage.flipBits(table, FileDamage.whole(table), random);
  }

  /** It is started as it was, with nothing: a stranger, which must not vote. Afterwards it is removed, added and promoted. */
  private static String wipe(Scene scene) {
    Roster roster = Roster.of(scene.cluster());
    ServerProcess victim = Victims.one(scene);
    String words = Victims.words(scene.cluster(), victim);
    scene.onUndo(roster::restore);
    scene.onUndo(() -> removeWiped(scene, roster, victim));
    victim.kill();
    Processes.awaitDead(victim);
    NodeFiles files = NodeFiles.of(victim);
    if (files.content().isEmpty()) {
      throw new IllegalStateException("there was nothing in " + victim.data());
    }
    files.wipe();
    if (!files.content().isEmpty()) {
      throw new IllegalStateException("not deleted: " + files.content());
    }
    victim.start();
    victim.mayEnd(true);
    return "lost the data directory of " + words;
  }

  private static void removeWiped(Scene scene, Roster roster, ServerProcess victim) {
    victim.kill();
    Processes.awaitDead(victim);
    try (Operator operator = new Operator(scene.cluster())) {
      roster.remove(operator, victim);
    }
  }
}
