package io.balsa.raft.sim;

import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.Stage;
import java.io.IOException;
import java.util.LinkedHashSet;
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

  /** Unwinds a thread that was preempted when its process ended. */
  private static final class ProcessEnded extends RuntimeException {
  }

  interface Turn {
    void take() throws IOException;
  }

  private final class Slot {
    private final String name;
    private final Turn turn;
    private long dueAt = Long.MAX_VALUE;
    private long stalledUntil;
    /** In the middle of a turn: preempted there, if anything else happens. */
    private boolean busy;
    private boolean wokenWhileBusy;

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
      } else if (busy) {
        wokenWhileBusy = true;
      } else if (!home.defers(() -> wakeAfter(0))) {
        takeTurn(turn);
      }
    }

    void takeTurn(Turn taken) {
      busy = true;
      run(name, taken);
      busy = false;
      if (wokenWhileBusy) {
        wokenWhileBusy = false;
        wakeAfter(0);
      }
    }
  }

  private final Cluster<?> cluster;
  private final SimNode<?> home;
  private final Timeline timeline;
  private final SimRandom random;
  private final SimRandom preemptions;
  private final SimOptions options;
  private final NodeDisk disk;
  private final Failures failures;
  private final RaftNode<?> node;
  private final Runnable pollConsensus;
  private final Slot consensus = new Slot("consensus", this::consensusTurn);
  private final Slot logWriter = new Slot("log writer", this::logWriterTurn);
  private final Slot applier = new Slot("applier", this::applierTurn);
  private final Slot maintenance = new Slot("maintenance", this::maintenanceTurn);
  private boolean alive = true;
  private String running = "";
  private boolean syncing;
  private long readersStalledUntil;
  private final LinkedHashSet<Read> reads = new LinkedHashSet<>();
  private long syncStallNanos;
  private double slowness = 1;

  Stages(Cluster<?> cluster, SimNode<?> home, SimRandom random, NodeDisk disk, RaftNode<?> node, Runnable pollConsensus,
      Failures failures) {
    this.cluster = cluster;
    this.home = home;
    this.timeline = cluster.timeline();
    this.random = random;
    this.preemptions = random.fork("preemptions");
    this.options = cluster.options();
    this.disk = disk;
    this.node = node;
    this.pollConsensus = pollConsensus;
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

  boolean isAlive() {
    return alive;
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

  long delay() {
    return 1 + random.exponential(options.stageDelayNanos());
  }

  /**
   * A call of a port is where a thread can be preempted so that it shows: everything else goes on for a while, in the middle of
   * this turn. The process may end meanwhile; then this thread ends here.
   */
  void between() {
    if (cluster.mayPreempt() && preemptions.chance(options.preemptProbability())) {
      cluster.preempted(home);
      cluster.runNested(timeline.now() + preemptions.exponential(preemptions.chance(0.1) ? 300_000_000 : 3_000_000),
          () -> alive && home.isPaused());
    }
    if (!alive) {
      throw new ProcessEnded();
    }
  }

  void run(String name, Turn turn) {
    String preempted = running;
    running = name;
    try {
      turn.take();
    } catch (ProcessEnded e) {
      cluster.trace().add(home.id().value(), "ended", name);
    } catch (IOException | RuntimeException | Error e) {
      failures.failed(name, e);
    } finally {
      running = preempted;
    }
  }

  /** Whether it is the raft thread that runs now. */
  boolean isConsensusTurn() {
    return running.equals(consensus.name);
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
    if (alive && !home.defers(this::syncEnds)) {
      logWriter.takeTurn(() -> {
        if (node.pollLogWriter()) {
          logWriter.wakeAfter(delay());
        }
      });
      syncing = false;
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
    Read read = new Read(task);
    reads.add(read);
    read.begin();
  }

  /** A task of the reader pool until it runs. */
  private final class Read {
    private final Runnable task;

    Read(Runnable task) {
      this.task = task;
    }

    void begin() {
      long at = Math.max(timeline.now() + delay() + random.exponential(options.syncNanos()), readersStalledUntil);
      timeline.after(at - timeline.now(), () -> {
        if (alive && reads.contains(this) && !home.defers(this::begin)) {
          reads.remove(this);
          run("reader", task::run);
        }
      });
    }
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
    reads.forEach(Read::begin);
  }
}
