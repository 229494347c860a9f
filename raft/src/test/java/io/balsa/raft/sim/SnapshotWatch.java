package io.balsa.raft.sim;

import io.balsa.raft.log.LogId;

/** What one process does with snapshots and the begin of its log, told to the invariants; and where in it the process ends. */
final class SnapshotWatch<R> {
  /** Of each step reached; of those that an install reaches many times, and a log that is kept short. */
  private static final double END_PROBABILITY = 0.15;
  private static final double END_OFTEN_REACHED_PROBABILITY = 0.04;
  /** Not right there, but in the middle of what is written to the state's disk after it. */
  private static final double END_MIDWAY_PROBABILITY = 0.05;

  private final Cluster<R> cluster;
  private final SimNode<R> home;
  private final SimRandom random;
  /** The machine is being replaced, or was, by a snapshot of this index: the core has not taken note. */
  private boolean installing;
  private long installedIndex;
  private boolean resetOwed;
  private boolean installedAny;

  SnapshotWatch(Cluster<R> cluster, SimNode<R> home, SimRandom random, boolean resetOwed) {
    this.cluster = cluster;
    this.home = home;
    this.random = random;
    this.resetOwed = resetOwed;
  }

  void polled(long appliedIndex) {
    if (appliedIndex >= installedIndex) {
      installing = false;
    }
  }

  void resetting(LogId base) {
    cluster.trace().add(home.id().value(), "reset log", base);
    cluster.tell(invariant -> invariant.resetting(home, base));
  }

  void compacted(LogId base) {
    cluster.trace().add(home.id().value(), "compact", base);
    cluster.tell(invariant -> invariant.compacted(home, base.index()));
  }

  void installing() {
    installing = true;
    installedIndex = Long.MAX_VALUE;
  }

  void installed(long before, LogId id, boolean resetLog) {
    installedIndex = id.index();
    installedAny = true;
    resetOwed = resetLog;
    home.stateIsWhole(StateEvent.REPAIRED);
    home.stateReplaced();
    long digest = home.state().digest();
    cluster.trace().add(home.id().value(), "install", id, digest);
    cluster.tell(invariant -> invariant.installed(home, before, id));
    cluster.tell(invariant -> invariant.stateAt(home, id.index(), digest));
  }

  void leads() {
    if (installedAny) {
      cluster.counts().add(StateEvent.LED_AFTER_INSTALL);
    }
  }

  void logReset() {
    resetOwed = false;
  }

  boolean isInstalling() {
    return installing || resetOwed;
  }

  /** @return whether the process has ended here */
  boolean endsAt(SnapshotStep step) {
    if (cluster.mayEndAtSteps() && random.chance(END_MIDWAY_PROBABILITY)) {
      home.state().stopSoon(random);
    }
    boolean often = step == SnapshotStep.CHUNK_STORED || step == SnapshotStep.COMPACTED;
    boolean ends = cluster.mayEndAtSteps()
        && random.chance(often ? END_OFTEN_REACHED_PROBABILITY : END_PROBABILITY);
    cluster.counts().step(step, ends);
    if (ends) {
      cluster.trace().add(home.id().value(), "ends at", step.name());
      home.crash(random.chance(0.5) ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
      cluster.failedByInjection(home);
    }
    return ends;
  }
}
