package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster drawn from a seed lives through a safety phase, in which anything may fail, and a liveness phase, in which a
 * quorum is healed and must elect, commit a probe, and become equal. Invariants are checked at every event, the history of the
 * clients at the end.
 */
public final class Simulation {
  /** A safety phase that has not seen enough goes on by this. */
  private static final long LONGER_NANOS = 10_000_000_000L;

  private Simulation() {
  }

  /**
   * Runs one seed.
   *
   * @param live where the trace is printed while it runs, or null
   */
  public static <R> SimResult run(long seed, Duration safety, Parts<R> parts, @Nullable PrintStream live) {
    return run(seed, safety, Goal.NONE, parts, live);
  }

  /** @param goal what a safety phase must have seen to be over after {@code safety} */
  public static <R> SimResult run(long seed, Duration safety, Goal goal, Parts<R> parts, @Nullable PrintStream live) {
    SimRandom random = new SimRandom(seed);
    SimOptions options = parts.options(random.fork("options"), safety);
    return new Run<>(seed, options, goal, random, parts, live).run();
  }

  /** Runs this cluster. */
  public static <R> SimResult run(long seed, SimOptions options, Parts<R> parts, @Nullable PrintStream live) {
    return new Run<>(seed, options, Goal.NONE, new SimRandom(seed), parts, live).run();
  }

  private static final class Run<R> {
    private final long seed;
    private final SimOptions options;
    private final Goal goal;
    private final SimRandom random;
    private final Cluster<R> cluster;
    private final Workload<R> workload;
    private long electionNanos;

    Run(long seed, SimOptions options, Goal goal, SimRandom random, Parts<R> parts, @Nullable PrintStream live) {
      this.seed = seed;
      this.options = options;
      this.goal = goal;
      this.random = random;
      this.cluster = new Cluster<>(options, random.fork("cluster"), parts, live);
      this.workload = parts.workload(cluster, random);
    }

    SimResult run() {
      Violation violation = null;
      try {
        safetyPhase();
        livenessPhase();
        workload.check();
      } catch (Violation found) {
        violation = found;
      } finally {
        cluster.nodes().forEach(node -> node.state().discard());
      }
      return new SimResult(seed, options, cluster.trace().hash(), cluster.timeline().executed(),
          cluster.timeline().now(), workload.operations(), workload.unknown(), workload.sessions(),
          cluster.ledger().committed().size(), cluster.leaderChanges(), workload.gaveUp(), cluster.counts(),
          cluster.messages(), workload.counts(), electionNanos, missing(), cluster.losses().all(),
          violation == null ? List.of() : cluster.trace().lastEvents(), violation);
    }

    private String missing() {
      return goal.missing(workload.operations(), workload.sessions(), cluster.counts().caused(),
          cluster.leaderChanges() - 1);
    }

    private void safetyPhase() {
      cluster.start();
      workload.start();
      Nemesis<R> nemesis = new Nemesis<>(cluster, random.fork("nemesis"));
      nemesis.start();
      cluster.runUntil(options.safetyNanos());
      while (!missing().isEmpty() && cluster.timeline().now() < goal.safetyMax().toNanos()) {
        cluster.runUntil(cluster.timeline().now() + LONGER_NANOS);
      }
      nemesis.stop();
    }

    private void livenessPhase() {
      workload.stop();
      cluster.stopRenewals();
      cluster.calmDown();
      SimRandom draws = random.fork("liveness");
      List<SimNode<R>> core = heal(draws);
      long healedAt = cluster.timeline().now();
      long patience = patienceNanos();
      int before = cluster.ledger().committed().size();
      workload.probe(core, patience);
      if (!cluster.runUntil(workload::isProbed, healedAt + patience)
          || cluster.ledger().committed().size() == before) {
        throw new Violation("Liveness", "no write was committed within " + Duration.ofNanos(patience)
            + " after the faults ended with a core of " + core.stream().map(SimNode::id).toList());
      }
      electionNanos = cluster.timeline().now() - healedAt;
      cluster.runUntil(() -> isQuiet(members(core)), cluster.timeline().now() + patience);
      List<SimNode<R>> members = members(core);
      cluster.tell(invariant -> invariant.ended(members));
      for (SimNode<R> node : members) {
        long digest = node.state().fullDigest();
        cluster.tell(invariant -> invariant.stateAt(node, -node.appliedIndex(), digest));
      }
    }

    /** A change that was under way may have removed some. */
    private List<SimNode<R>> members(List<SimNode<R>> core) {
      Configuration committed = cluster.newestCommitted();
      return core.stream().filter(node -> Links.binds(committed, node)).toList();
    }

    /** Elections take a few timeouts, catching up a few round trips; a sync that hangs takes what it takes. */
    private long patienceNanos() {
      return 30 * options.raft().electionTimeoutMaxNanos() + 30 * options.faultDurationNanos()
          + cluster.parts().catchUpNanos();
    }

    private boolean isQuiet(List<SimNode<R>> core) {
      SimNode<R> first = core.get(0);
      for (SimNode<R> node : core) {
        if (node.log().size() != first.log().size() || node.appliedIndex() != first.log().size()
            || node.process() == null || !node.process().isQuiet()) {
          return false;
        }
      }
      return workload.isIdle();
    }

    /** A quorum is made whole. Whatever has befallen the others stays, or gets worse, for ever. */
    private List<SimNode<R>> heal(SimRandom draws) {
      List<SimNode<R>> damaged = cluster.living().stream().filter(cluster.losses()::isLogDamaged).toList();
      List<SimNode<R>> shuffled = new ArrayList<>(cluster.living());
      shuffled.removeIf(node -> !node.hasStarted() || damaged.contains(node));
      Collections.shuffle(shuffled, new java.util.Random(draws.nextLong()));
      // Whose disk forgot may find that out, and stop (I4).
      shuffled.sort(Comparator.comparing(SimNode::isForgetful));
      int whole = (int) shuffled.stream().filter(node -> !node.isForgetful()).count();
      // A lost state comes back from those who can lead: for that, those who lost none must be there. A rotten one will be lost.
      boolean lost = shuffled.stream().anyMatch(node -> node.isStateLost() || node.isStateRotten());
      int healed = lost ? whole : draws.between(shuffled.size() / 2 + 1, shuffled.size());
      while (healed < whole && !cluster.survivable().isQuorum(shuffled.subList(0, healed))) {
        healed++;
      }
      List<SimNode<R>> core = shuffled.subList(0, Math.min(healed, whole));
      cluster.trace().add("nemesis", "core", core.stream().map(node -> node.id().value()).toList().toString());
      cluster.network().becomeReliable();
      cluster.network().heal();
      for (SimNode<R> node : core) {
        node.disk().heal();
        node.state().heal();
        node.resume();
        if (node.isEnding()) {
          node.crash(NodeDisk.Crash.PROCESS); // whoever stops is begun anew, or it would be another fault
        }
        node.start();
        SimProcess<R> process = node.process();
        if (process != null) {
          process.stages().unstall();
        }
      }
      for (SimNode<R> other : shuffled.subList(core.size(), shuffled.size())) {
        leaveOut(other, core, draws);
      }
      for (SimNode<R> broken : damaged) {
        leaveOut(broken, core, draws);
      }
      cluster.evidence().linksChanged();
      return List.copyOf(core);
    }

    private void leaveOut(SimNode<R> node, List<SimNode<R>> core, SimRandom draws) {
      int how = draws.between(0, 4);
      cluster.trace().add("nemesis", "left out", node.id() + " " + how);
      if (how == 0) {
        node.goForGood(draws.chance(0.5) ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
        return;
      }
      for (SimNode<R> other : cluster.living()) {
        boolean friend = how == 4 && other == core.get(0); // heard by one node of the core only, and deaf
        if (other != node) {
          if (how != 2 && !friend) { // 2: deaf only
            cluster.network().cut(node.number(), other.number());
          }
          if (how != 3) { // 3: mute only
            cluster.network().cut(other.number(), node.number());
          }
        }
      }
    }
  }
}
