package io.balsa.cli.demo;

import io.balsa.cli.Durations;
import io.balsa.cli.Numbers;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalNode;
import io.balsa.client.cluster.NodeStatus;
import java.io.IOException;
import java.time.Duration;

/**
 * A follower is killed and its state deleted; its log stays. Since that log, like those of the others, no longer reaches back to
 * the first entry, the node can only become whole again by a snapshot from the leader, while the load goes on.
 */
final class StateLoss {
  private static final Duration KILLED_MOST = Duration.ofSeconds(20);

  private final LocalCluster cluster;
  private final Backstage backstage;
  private final Story story;

  StateLoss(LocalCluster cluster, Backstage backstage, Story story) {
    this.cluster = cluster;
    this.backstage = backstage;
    this.story = story;
  }

  /**
   * Lets it happen and waits for the repair.
   *
   * @throws VerbFailure when the node did not come back, or came back without a snapshot
   */
  Repair happen() throws IOException, InterruptedException {
    NodeStatus leader = backstage.awaitLeader(Backstage.MOST, any -> true);
    LocalNode victim = cluster.nodes().stream().filter(node -> !node.id().equals(leader.id())).findFirst()
        .orElseThrow();
    // Only then a snapshot is the one way: its own log would bring the state back otherwise.
    StateFiles files = StateFiles.of(victim.data());
    long logBegins = backstage.awaitStatus(victim.id(), status -> status.firstIndex() > 1 && files.isLogCutOff(),
        "the log of " + victim.id() + " was not compacted").firstIndex();
    victim.kill();
    if (!victim.awaitEnd(KILLED_MOST)) {
      throw VerbFailure.unavailable(victim.id() + " does not end");
    }
    String lost = files.directory();
    StateFiles.Deleted deleted = files.delete();
    story.tell("kill -9 " + victim.pid() + ": " + victim.id() + ", a follower; its state is deleted: " + deleted.files()
        + " files, " + Numbers.grouped(deleted.bytes() >> 10) + " KiB");
    story.tell("its log begins at entry " + Numbers.grouped(logBegins) + ", so only a snapshot can bring it back");
    long begin = System.nanoTime();
    victim.start();
    story.tell(victim.id() + " starts again: pid " + victim.pid());
    backstage.awaitCaughtUp(victim.id());
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    long snapshot = files.snapshot();
    if (snapshot < logBegins - 1 || files.directory().equals(lost)) {
      throw VerbFailure
          .refused(victim.id() + " says it has caught up and has no snapshot of what its log does not have");
    }
    story.tell(victim.id() + " has installed the snapshot of entry " + Numbers.grouped(snapshot)
        + " and caught up, in " + Durations.text(took));
    return new Repair(victim.id(), deleted, logBegins, snapshot, took);
  }
}
