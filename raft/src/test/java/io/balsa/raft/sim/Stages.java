package io.balsa.raft.sim;

import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.Stage;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * The threads of one process: each stage is polled by an event of its own, a drawn delay after it was signalled, so every
 * interleaving of stages can happen. The consensus stage is polled by its tick as well; the others depend on their signals.
 */
final class Stages implements Executor {
  /** What may go wrong in a stage is the simulator's to judge. */
  interface Failures {
    void failed(String stage, Throwable cause);
  }

  /** Stands still for as long as the process is paused. */
  interface Pause {
    /** @return whether the process is paused; then the action is taken up when it goes on */
    boolean defers(Runnable action);
  }

  private interface Turn {
    void take() throws IOException;
  }

  private final class Slot {
    private final String name;
    private final Turn turn;
    private long dueAt = Long.MAX_VALUE;
    private long stalledUntil;

    Slot(String name, Turn turn) {
      this.name = name;
      this.turn = turn;
    }

    void wakeAfter(long delayNanos) {
      long at = Math.max(timeline.now() + delayNanos, stalledUntil);
      if (at < dueAt) {
        dueAt = at;
        timeline.after(at - timeline.now(), () -> fire(at));
      }
    }

    private void fire(long at) {
      if (!alive || at != dueAt) {
        return;
      }
      dueAt = Long.MAX_VALUE;
      if (stalledUntil > at) {
        wakeAfter(0);
      } else if (!pause.defers(() -> wakeAfter(0))) {
        run(name, turn);
      }
    }
  }

  private final Timeline timeline;
  private final SimRandom random;
  private final SimOptions options;
  private final NodeDisk disk;
  private final Pause pause;
  private final Failures failures;
  private final RaftNode<?> node;
  private final Runnable pollConsensus;
  private final Slot consensus = new Slot("consensus", this::consensusTurn);
  private final Slot logWriter = new Slot("log writer", this::logWriterTurn);
  private final Slot applier = new Slot("applier", this::applierTurn);
  private final Slot maintenance = new Slot("maintenance", this::maintenanceTurn);
  private boolean alive = true;
  private boolean syncing;
  private long readersStalledUntil;
  private long syncStallNanos;
  private double slowness = 1;

  Stages(Timeline timeline, SimRandom random, SimOptions options, NodeDisk disk, RaftNode<?> node,
      Runnable pollConsensus,
      Pause pause, Failures failures) {
    this.timeline = timeline;
    this.random = random;
    this.options = options;
    this.disk = disk;
    this.node = node;
    this.pollConsensus = pollConsensus;
    this.pause = pause;
    this.failures = failures;
    node.setSignals(this::signal);
  }

  void start() {
    signal(Stage.CONSENSUS);
    signal(Stage.APPLIER);
    signal(Stage.MAINTENANCE);
  }

  void end() {
    alive = false;
  }

  private void signal(Stage stage) {
    Slot slot = switch (stage) {
      case CONSENSUS -> consensus;
      case LOG_WRITER -> logWriter;
      case APPLIER -> applier;
      case MAINTENANCE -> maintenance;
    };
    slot.wakeAfter(delay());
  }

  private long delay() {
    return 1 + random.exponential(options.stageDelayNanos());
  }

  private void run(String name, Turn turn) {
    try {
      turn.take();
    } catch (IOException | RuntimeException | Error e) {
      failures.failed(name, e);
    }
  }

  private void consensusTurn() {
    pollConsensus.run();
    consensus.wakeAfter(options.tickNanos() / 2 + random.between(1, options.tickNanos()));
  }

  /** The write and the sync take time, in which everything else goes on: the poll stands for their end. */
  private void logWriterTurn() {
    if (!syncing) {
      syncing = true;
      disk.syncBegins();
      long duration = (long) (random.exponential(options.syncNanos()) * slowness) + syncStallNanos;
      syncStallNanos = 0;
      timeline.after(duration, this::syncEnds);
    }
  }

  private void syncEnds() {
    if (alive && !pause.defers(this::syncEnds)) {
      syncing = false;
      run("log writer", () -> {
        if (node.pollLogWriter()) {
          logWriter.wakeAfter(delay());
        }
      });
    }
  }

  private void applierTurn() throws IOException {
    if (node.pollApplier()) {
      applier.wakeAfter(delay());
    }
  }

  private void maintenanceTurn() throws IOException {
    maintenance.wakeAfter(node.pollMaintenance() ? delay() : 100_000_000);
  }

  /** The reader pool. */
  @Override
  public void execute(Runnable task) {
    long at = Math.max(timeline.now() + delay() + random.exponential(options.syncNanos()), readersStalledUntil);
    timeline.after(at - timeline.now(), () -> {
      if (alive && !pause.defers(() -> execute(task))) {
        run("reader", task::run);
      }
    });
  }

  // ---- faults ----

  void stallConsensus(long nanos) {
    consensus.stalledUntil = timeline.now() + nanos;
  }

  void stallApplier(long nanos) {
    applier.stalledUntil = timeline.now() + nanos;
  }

  void stallReaders(long nanos) {
    readersStalledUntil = timeline.now() + nanos;
  }

  void stallNextSync(long nanos) {
    syncStallNanos = nanos;
  }

  void slowSyncs(double factor) {
    slowness = factor;
  }

  /** Ends what was stalled; a sync that hangs still takes its time. */
  void unstall() {
    consensus.stalledUntil = 0;
    applier.stalledUntil = 0;
    readersStalledUntil = 0;
    syncStallNanos = 0;
    slowness = 1;
    consensus.dueAt = Long.MAX_VALUE;
    applier.dueAt = Long.MAX_VALUE;
    consensus.wakeAfter(delay());
    applier.wakeAfter(delay());
  }
}
