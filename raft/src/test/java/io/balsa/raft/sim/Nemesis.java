package io.balsa.raft.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Causes faults, at drawn moments, of the kinds that the seed has switched on, and ends them after a while. */
final class Nemesis<R> {
  /** What it does itself; the rest is others' to do when it says so. */
  private static final Set<FaultKind> OWN = java.util.Collections.unmodifiableSet(java.util.EnumSet.of(FaultKind.KILL,
      FaultKind.KILL_LEADER, FaultKind.KILL_ALL, FaultKind.POWER_CUT, FaultKind.POWER_CUT_ALL, FaultKind.PAUSE,
      FaultKind.PAUSE_LEADER, FaultKind.PAUSE_ALL, FaultKind.PARTITION, FaultKind.CUT_ONE_WAY, FaultKind.ISOLATE_LEADER,
      FaultKind.LEADER_DEAF, FaultKind.LEADER_MUTE, FaultKind.LEADER_LEFT_BEHIND, FaultKind.SLOW_DISK,
      FaultKind.STALLED_SYNC, FaultKind.FAILED_SYNC,
      FaultKind.STALLED_CONSENSUS, FaultKind.STALLED_APPLIER, FaultKind.STALLED_READERS, FaultKind.TRANSFER,
      FaultKind.STOP_PROPOSALS));

  /** What it can be asked to do. */
  static final Set<FaultKind> CAUSED = union(OWN, NetworkFaults.CAUSED, DiskFaults.CAUSED);

  private final Cluster<R> cluster;
  private final SimRandom random;
  private final NetworkFaults<R> links;
  private final DiskFaults<R> disks;
  private final List<FaultKind> kinds;
  private boolean stopped;

  Nemesis(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
    this.links = new NetworkFaults<>(cluster, random.fork("links"), this::later);
    this.disks = new DiskFaults<>(cluster, random.fork("disks"));
    this.kinds = List.copyOf(new java.util.TreeSet<>(cluster.options().faults()));
  }

  @SafeVarargs
  private static Set<FaultKind> union(Set<FaultKind>... sets) {
    Set<FaultKind> all = java.util.EnumSet.noneOf(FaultKind.class);
    for (Set<FaultKind> set : sets) {
      all.addAll(set);
    }
    return java.util.Collections.unmodifiableSet(all);
  }

  void start() {
    if (!kinds.isEmpty()) {
      later(random.exponential(cluster.options().faultIntervalNanos()), () -> {
        cause(random.pick(kinds));
        start();
      });
    }
  }

  /** No more faults; those under way stay until somebody ends them. */
  void stop() {
    stopped = true;
  }

  private void later(long delay, Runnable action) {
    cluster.timeline().after(delay, () -> {
      if (!stopped) {
        action.run();
      }
    });
  }

  private long duration() {
    return 1_000_000 + random.exponential(cluster.options().faultDurationNanos());
  }

  private void did(FaultKind kind, Object what) {
    cluster.counts().add(kind);
    cluster.trace().add("nemesis", kind.name(), what);
  }

  private void cause(FaultKind kind) {
    SimNode<R> any = random.pick(cluster.living());
    SimNode<R> leader = cluster.leader();
    switch (kind) {
      case KILL -> crash(kind, any, NodeDisk.Crash.PROCESS);
      case KILL_LEADER -> crash(kind, leader, NodeDisk.Crash.PROCESS);
      case KILL_ALL -> crashAll(kind, NodeDisk.Crash.PROCESS);
      case POWER_CUT -> crash(kind, any, NodeDisk.Crash.POWER);
      case POWER_CUT_ALL -> crashAll(kind, NodeDisk.Crash.POWER);
      case PAUSE -> pause(kind, any);
      case PAUSE_LEADER -> pause(kind, leader);
      case PAUSE_ALL -> pauseAll();
      case PARTITION -> partition();
      case CUT_ONE_WAY -> cutOneWay();
      case ISOLATE_LEADER -> cutLeader(kind, leader, true, true);
      case LEADER_DEAF -> cutLeader(kind, leader, true, false);
      case LEADER_MUTE -> cutLeader(kind, leader, false, true);
      case LEADER_LEFT_BEHIND -> leaveBehind(leader);
      case SLOW_DISK -> slowDisk(any);
      case STALLED_SYNC -> stage(kind, random.chance(0.5) ? leader : any,
          process -> process.stages().stallNextSync(3 * duration()));
      case FAILED_SYNC -> {
        if (any.running()) {
          did(kind, any.id().value());
          any.disk().failNextSync();
        }
      }
      case STALLED_CONSENSUS -> stage(kind, any, process -> process.stages().stallConsensus(duration()));
      case STALLED_APPLIER -> stage(kind, any, process -> process.stages().stallApplier(duration()));
      case STALLED_READERS -> stage(kind, any, process -> process.stages().stallReaders(duration()));
      case TRANSFER -> stage(kind, leader, process -> process.node().transferLeadership(
          random.pick(cluster.living()).id(),
          (transferred, reason) -> cluster.trace().add("nemesis", "transferred", reason)));
      case STOP_PROPOSALS -> stage(kind, any, process -> {
        any.stopProposals();
        int life = any.life();
        // An orderly end: it comes whether or not the nemesis goes on.
        cluster.timeline().after(random.between(1, 500) * 1_000_000L, () -> {
          if (any.life() == life) {
            any.crash(NodeDisk.Crash.PROCESS);
            cluster.timeline().after(duration(), any::start);
          }
        });
      });
      case BRIDGE, FLAPPING_LINK, CLOGGED_LINK, SLOW_DIRECTION -> done(kind, links.cause(kind, duration()));
      case FAILED_WRITE, SHORT_WRITE, DISK_FULL, LOG_ROT, FAILED_STATE_WRITE ->
        done(kind, disks.cause(kind, duration()));
      default -> throw new IllegalStateException("no fault to cause: " + kind);
    }
  }

  /** @param what null: nothing was done */
  private void done(FaultKind kind, @Nullable String what) {
    if (what != null) {
      did(kind, what);
    }
  }

  private void stage(FaultKind kind, @Nullable SimNode<R> node, java.util.function.Consumer<SimProcess<R>> fault) {
    SimProcess<R> process = node == null ? null : node.process();
    if (process != null && node != null && !node.isPaused()) {
      did(kind, node.id().value());
      fault.accept(process);
    }
  }

  private void crash(FaultKind kind, @Nullable SimNode<R> node, NodeDisk.Crash how) {
    if (node != null && node.running()) {
      did(kind, node.id().value());
      node.crash(how);
      restartLater(node, duration());
    } else if (node != null && how == NodeDisk.Crash.POWER) {
      did(kind, node.id().value()); // after a kill, before the restart: what was only in the page cache goes
      node.crash(how);
    }
  }

  private void crashAll(FaultKind kind, NodeDisk.Crash how) {
    did(kind, "all");
    for (SimNode<R> node : cluster.living()) {
      boolean ran = node.running();
      if (ran || how == NodeDisk.Crash.POWER) {
        node.crash(how);
      }
      if (ran) {
        restartLater(node, duration());
      }
    }
  }

  private void restartLater(SimNode<R> node, long delay) {
    later(delay, () -> {
      node.bootHost();
      later(random.between(0, 50_000_000L), () -> {
        if (!node.running()) {
          did(FaultKind.RESTART, node.id().value());
          node.start();
        }
      });
    });
  }

  private void pause(FaultKind kind, @Nullable SimNode<R> node) {
    if (node != null && node.running() && !node.isPaused()) {
      did(kind, node.id().value());
      node.pause();
      later(duration(), node::resume);
    }
  }

  private void pauseAll() {
    did(FaultKind.PAUSE_ALL, "all");
    long together = duration();
    for (SimNode<R> node : cluster.living()) {
      node.pause();
      later(together + random.exponential(10_000_000), node::resume);
    }
  }

  private void partition() {
    if (cluster.living().size() < 2) {
      return;
    }
    int side = random.between(1, (1 << cluster.living().size()) - 2);
    did(FaultKind.PARTITION, side);
    for (SimNode<R> a : cluster.living()) {
      for (SimNode<R> b : cluster.living()) {
        if ((side >> a.number() & 1) != (side >> b.number() & 1)) {
          cluster.network().cut(a.number(), b.number());
        }
      }
    }
    healLater();
  }

  private void cutOneWay() {
    if (cluster.living().size() < 2) {
      return;
    }
    double share = random.between(0.1, 0.6);
    did(FaultKind.CUT_ONE_WAY, "");
    for (SimNode<R> a : cluster.living()) {
      for (SimNode<R> b : cluster.living()) {
        if (a != b && random.chance(share)) {
          cluster.network().cut(a.number(), b.number());
        }
      }
    }
    healLater();
  }

  private void cutLeader(FaultKind kind, @Nullable SimNode<R> leader, boolean in, boolean out) {
    if (leader == null || cluster.living().size() < 2) {
      return;
    }
    did(kind, leader.id().value());
    for (SimNode<R> other : cluster.living()) {
      if (in && other != leader) {
        cluster.network().cut(other.number(), leader.number());
      }
      if (out && other != leader) {
        cluster.network().cut(leader.number(), other.number());
      }
    }
    healLater();
  }

  /** When it goes on, it still believes that it leads, and so do those with it: what they read must not be of the past (C3). */
  private void leaveBehind(@Nullable SimNode<R> leader) {
    int minority = (cluster.living().size() - 1) / 2;
    if (leader == null || minority < 1) {
      return;
    }
    List<SimNode<R>> side = new ArrayList<>(List.of(leader));
    while (side.size() < minority) {
      SimNode<R> friend = random.pick(cluster.living());
      if (!side.contains(friend)) {
        side.add(friend);
      }
    }
    did(FaultKind.LEADER_LEFT_BEHIND, side.stream().map(node -> node.id().value()).toList());
    long standstill = (long) (cluster.options().raft().electionTimeoutMaxNanos() * random.between(1.0, 3.0));
    for (SimNode<R> left : side) {
      for (SimNode<R> other : cluster.living()) {
        if (!side.contains(other)) {
          cluster.network().cut(left.number(), other.number());
          cluster.network().cut(other.number(), left.number());
        }
      }
      left.pause();
      later(standstill, left::resume);
    }
    healAfter(standstill + duration());
  }

  private void healLater() {
    healAfter(duration());
  }

  private void healAfter(long delay) {
    later(delay, () -> {
      did(FaultKind.HEAL, "");
      cluster.network().heal();
      cluster.evidence().linksChanged();
    });
  }

  private void slowDisk(SimNode<R> node) {
    stage(FaultKind.SLOW_DISK, node, process -> {
      process.stages().slowSyncs(random.between(5.0, 200.0));
      later(duration(), () -> process.stages().slowSyncs(1));
    });
  }
}
