package io.balsa.raft.sim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The accounting of what nodes have lost: what is promised holds as long as a majority of the voters, in every configuration that may be
 * in force, keeps what its disks have confirmed. So those whose log is damaged, and those whose state is lost or rotten, are never more
 * than a minority together; and it says what was broken. Whatever a crash, a pause or a cut takes away comes back by itself, and is
 * not counted here.
 */
final class Losses<R> {
  private final Cluster<R> cluster;
  private final Set<SimNode<R>> refused = new LinkedHashSet<>();
  private final List<String> broken = new ArrayList<>();

  Losses(Cluster<R> cluster) {
    this.cluster = cluster;
  }

  /** Whether this node may lose what it has, its state or its log for a while. */
  boolean mayLose(SimNode<R> node) {
    return isDamaged(node) || cluster.survivable().canLoseState(node);
  }

  private static boolean isDamaged(SimNode<?> node) {
    return node.disk().isRotten() || node.isStateLost() || node.isStateRotten();
  }

  /** Its log is damaged and not mended: it cannot be counted on. */
  boolean isLogDamaged(SimNode<R> node) {
    return node.disk().isRotten();
  }

  /** It was started and said that its log is damaged, which it is still (I3). */
  boolean staysDown(SimNode<R> node) {
    return refused.contains(node) && node.disk().isRotten();
  }

  /** A start has failed, as it may on such a disk. */
  void refusedToStart(SimNode<R> node, Throwable why) {
    String message = String.valueOf(why.getMessage());
    cluster.trace().add(node.id().value(), "refuses to start", message);
    if (node.disk().isRotten()) {
      refused.add(node);
      cluster.counts().add(FaultKind.LOG_ROT_FOUND);
      broke(node, "refuses to start: " + message);
    }
  }

  void mended(SimNode<R> node) {
    refused.remove(node);
    broke(node, "log is whole again");
  }

  /** @param what happened to it; with it, no more than a minority is damaged */
  void broke(SimNode<R> node, String what) {
    if (!cluster.survivable().isMajorityWhole()) {
      throw new Violation("SurvivableFaults",
          "no majority is whole after " + node.id() + " " + what + ", before that: " + broken);
    }
    broken.add(String.format("%.3f s: %s: %s", cluster.timeline().now() / 1e9, node.id(), what));
  }

  /** For a report. */
  List<String> all() {
    return List.copyOf(broken);
  }
}
