package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Disks;
import io.balsa.jepsen.site.Network;
import io.balsa.jepsen.site.WallClocks;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One fault at a target, from its first step until it is undone. One thread at a time. */
final class Scene {
  private final Target target;
  private final Random random;
  private final Deque<Installation.Undo> undos = new ArrayDeque<>();

  Scene(Target target, Random random) {
    this.target = target;
    this.random = random;
  }

  Target target() {
    return target;
  }

  /** Only where {@link Need#OWN} is met, as all that follow. */
  RealCluster cluster() {
    return own().cluster();
  }

  private OwnTarget own() {
    return (OwnTarget) target;
  }

  Random random() {
    return random;
  }

  Network network() {
    return own().site().network();
  }

  /** Only where {@link Need#disks} is met. */
  Disks disks() {
    return own().site().disks().orElseThrow();
  }

  /** Only where {@link Need#clocks} is met. */
  WallClocks clocks() {
    return own().site().clocks().orElseThrow();
  }

  /** The names of all nodes. */
  List<String> ids() {
    return cluster().nodes().stream().map(ServerProcess::id).toList();
  }

  /** Said before the step that it undoes, for that may end half done. The last one said is run first. */
  void onUndo(Installation.Undo undo) {
    undos.push(undo);
  }

  /**
   * Undoes every step, each one once. One that fails keeps none of the others from being run.
   *
   * @throws RuntimeException the first that failed; what failed after it is suppressed in it
   */
  void undo() throws InterruptedException {
    RuntimeException failed = null;
    while (!undos.isEmpty()) {
      try {
        undos.pop().run();
      } catch (RuntimeException e) {
        failed = first(failed, e);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private static RuntimeException first(@Nullable RuntimeException before, RuntimeException now) {
    if (before == null) {
      return now;
    }
    before.addSuppressed(now);
    return before;
  }

  /** Undoes what it can after this, which is thrown on. */
  void undoAfter(InterruptedException reason) {
    try {
      undo();
    } catch (RuntimeException | InterruptedException e) {
      reason.addSuppressed(e);
    }
  }
}
