package io.balsa.raft.sim;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Faults of disks that are more than a slow, stalled or failed sync: for the {@link Nemesis}, which decides when. */
final class DiskFaults<R> {
  static final Set<FaultKind> CAUSED = Collections.unmodifiableSet(EnumSet.of(FaultKind.FAILED_WRITE,
      FaultKind.SHORT_WRITE, FaultKind.DISK_FULL, FaultKind.LOG_ROT, FaultKind.FAILED_STATE_WRITE));
  private static final double FULL_EVERYWHERE = 0.2;
  private static final double ROT_AT_REST = 0.7;
  private static final double ROT_FOR_GOOD = 0.3;

  private final Cluster<R> cluster;
  private final SimRandom random;

  DiskFaults(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** @return what was done, for people; null: nothing */
  @Nullable
  String cause(FaultKind kind, long durationNanos) {
    SimNode<R> any = random.pick(cluster.living());
    return switch (kind) {
      case FAILED_WRITE, SHORT_WRITE -> failWrite(any, kind == FaultKind.SHORT_WRITE);
      case FAILED_STATE_WRITE -> failStateWrite(any);
      case DISK_FULL -> fill(any, durationNanos);
      case LOG_ROT -> rot(any, durationNanos);
      default -> throw new IllegalStateException("no fault of a disk: " + kind);
    };
  }

  private @Nullable String failWrite(SimNode<R> node, boolean half) {
    if (!node.running()) {
      return null;
    }
    node.disk().failNextWrite(half);
    return node.id().value();
  }

  private @Nullable String failStateWrite(SimNode<R> node) {
    return node.running() && node.state().failWriteSoon(random) ? node.id().value() : null;
  }

  /** Of one node, or of all at once. Each comes back when there is room. */
  private String fill(SimNode<R> one, long duration) {
    boolean all = random.chance(FULL_EVERYWHERE);
    for (SimNode<R> node : cluster.nodes()) {
      if (all || node == one) {
        node.disk().fill(random);
      }
    }
    // Whether or not the nemesis goes on: somebody makes room at last.
    cluster.timeline().after(duration, () -> {
      for (SimNode<R> node : cluster.nodes()) {
        if (all || node == one) {
          node.disk().makeRoom();
        }
      }
    });
    return all ? "all" : one.id().value();
  }

  /** While no process runs, so that the next start must find it; or behind the back of a running one. Some of it is mended later. */
  private @Nullable String rot(SimNode<R> node, long duration) {
    if (!cluster.losses().mayLose(node) || node.disk().isRotten() || node.isStateLost() || node.isStateRotten()) {
      return null;
    }
    boolean running = node.running() && !random.chance(ROT_AT_REST);
    if (node.running() && !running) {
      node.crash(NodeDisk.Crash.PROCESS);
    }
    boolean startsNow = !node.running();
    String where = startsNow && !node.isHostUp() ? null : node.disk().rot(running, random);
    if (where != null) {
      cluster.losses().broke(node, where);
      if (!random.chance(ROT_FOR_GOOD)) {
        cluster.timeline().after(duration, () -> mend(node));
      }
    }
    if (startsNow) { // at once: a power cut before the start might take the marker, and with it what tells rot from a torn end
      node.start();
    }
    return where == null ? null : node.id() + " " + where;
  }

  private void mend(SimNode<R> node) {
    if (node.disk().mendRot()) {
      cluster.trace().add(node.id().value(), "mended", "");
      cluster.losses().mended(node);
      node.start();
    }
  }
}
