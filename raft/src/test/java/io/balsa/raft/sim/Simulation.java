package io.balsa.raft.sim;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster drawn from a seed lives through a safety phase, in which anything may fail, and a liveness phase, in which a
 * quorum is healed and must elect, commit a probe, and become equal. Invariants are checked at every event, the history of the
 * clients at the end.
 */
public final class Simulation {
  private Simulation() {
  }

  /**
   * Runs one seed.
   *
   * @param live where the trace is printed while it runs, or null
   */
  public static <R> SimResult run(long seed, Duration safety, Parts<R> parts, @Nullable PrintStream live) {
    SimRandom random = new SimRandom(seed);
    return run(seed, parts.options(random.fork("options"), safety), parts, live);
  }

  public static <R> SimResult run(long seed, SimOptions options, Parts<R> parts, @Nullable PrintStream live) {
    return new Run<>(seed, options, new SimRandom(seed), parts, live).run();
  }

  private static final class Run<R> {
    /** What a caller of the liveness phase waits for at most; it is another bound that is kept ({@link Recovery}). */
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    private final long seed;
    private final SimOptions options;
    private final SimRandom random;
    private final Cluster<R> cluster;
    private final Workload<R> workload;
    private @Nullable Recovery<R> recovery;

    Run(long seed, SimOptions options, SimRandom random, Parts<R> parts, @Nullable PrintStream live) {
      this.seed = seed;
      this.options = options;
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
      }
      return new SimResult(seed, options, cluster.trace().hash(), cluster.timeline().executed(), workload.operations(),
          workload.unknown(), cluster.ledger().committed().size(), cluster.leaderChanges(), workload.gaveUp(),
          cluster.counts(), workload.counts(), recovery == null ? 0 : recovery.toCommitNanos(),
          violation == null ? List.of() : cluster.trace().lastEvents(), violation);
    }

    private void safetyPhase() {
      cluster.start();
      workload.start();
      Nemesis<R> nemesis = new Nemesis<>(cluster, random.fork("nemesis"));
      nemesis.start();
      cluster.runUntil(options.safetyNanos());
      nemesis.stop();
    }

    private void livenessPhase() {
      workload.stop();
      cluster.stopRenewals();
      cluster.calmDown();
      List<SimNode<R>> core = heal(random.fork("liveness"));
      Recovery<R> after = new Recovery<>(cluster, core);
      workload.probe(core, PATIENCE_NANOS);
      cluster.runUntil(() -> after.isCommitting() || cluster.timeline().now() > after.committedBy(), Long.MAX_VALUE);
      if (!after.isCommitting()) {
        throw after.late("no new entry was committed");
      }
      recovery = after;
      cluster.runUntil(() -> isServed(core) || cluster.timeline().now() > after.doneBy(), Long.MAX_VALUE);
      if (!isServed(core)) {
        throw after.late(workload.isProbed() ? "the nodes were not equal" : "a client was not served");
      }
      cluster.runUntil(() -> isServed(core) && workload.isIdle(), cluster.timeline().now() + PATIENCE_NANOS);
      cluster.tell(invariant -> invariant.ended(core));
      for (SimNode<R> node : core) {
        long digest = node.state().fullDigest();
        cluster.tell(invariant -> invariant.stateAt(node, -node.appliedIndex(), digest));
      }
    }

    /** Every client got a call through, and all that was accepted is everywhere. */
    private boolean isServed(List<SimNode<R>> core) {
      SimNode<R> first = core.get(0);
      for (SimNode<R> node : core) {
        if (node.log().size() != first.log().size() || node.appliedIndex() != first.log().size()
            || node.process() == null || !node.process().isQuiet()) {
          return false;
        }
      }
      return workload.isProbed();
    }

    /** A quorum is made whole. Whatever has befallen the others stays, or gets worse, for ever. */
    private List<SimNode<R>> heal(SimRandom draws) {
      List<SimNode<R>> shuffled = new ArrayList<>(cluster.nodes());
      Collections.shuffle(shuffled, new java.util.Random(draws.nextLong()));
      int quorum = shuffled.size() / 2 + 1;
      // A lost state comes back from those who can lead: for that, those who lost none must be there.
      boolean lost = cluster.nodes().stream().anyMatch(SimNode::isStateLost);
      int healed = draws.between(quorum, shuffled.size());
      List<SimNode<R>> core = shuffled.subList(0, lost ? shuffled.size() : healed);
      cluster.trace().add("nemesis", "core", core.stream().map(node -> node.id().value()).toList().toString());
      cluster.network().becomeReliable();
      cluster.network().heal();
      for (SimNode<R> node : core) {
        node.resume();
        if (node.isEnding()) {
          node.crash(NodeDisk.Crash.PROCESS); // whoever stops is begun anew, or it would be another fault
        }
        node.start();
        SimProcess<R> process = node.process();
        if (process != null) {
          process.stages().unstall();
        }
        node.disk().heal();
      }
      for (SimNode<R> other : shuffled.subList(core.size(), shuffled.size())) {
        leaveOut(other, core, draws);
      }
      cluster.evidence().linksChanged();
      return List.copyOf(core);
    }

    private void leaveOut(SimNode<R> node, List<SimNode<R>> core, SimRandom draws) {
      int how = draws.between(0, 4);
      cluster.trace().add("nemesis", "left out", node.id() + " " + how);
      if (how == 0) {
        node.crash(draws.chance(0.5) ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
        return;
      }
      for (SimNode<R> other : cluster.nodes()) {
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
