package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Message;
import io.balsa.raft.node.NodeStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine of the cluster: disks that last, a clock, and at most one process at a time. It is one incarnation: a machine that lost
 * its directory is gone for ever, and what takes its place is another one, of the same id perhaps (I1).
 */
public final class SimNode<R> implements NodeView {
  /** Of each process: its machine stops in the middle of a write of the state, as it starts or later. */
  private static final double STOP_PROBABILITY = 0.1;

  /** Whoever looks after nodes that do not start tries again after this. */
  private static final long START_AGAIN_NANOS = 500_000_000;

  private final Cluster<R> cluster;
  private final int number;
  private final NodeId id;
  private final NodeDisk disk;
  private final NodeState<R> state;
  private final SimRandom random;
  private final double clockRate;
  private final long clockOffset;
  private @Nullable SimProcess<R> process;
  private int life;
  private boolean hostUp = true;
  private boolean paused;
  private boolean ending;
  private boolean stateLost;
  private boolean stateRotten;
  private boolean goneForGood;
  private boolean mayStart;
  private boolean started;
  private boolean lost;
  private boolean leaving;
  private boolean gone;
  private boolean forgetful;
  /** The newest configuration in its log; and the newest committed one that it, or who spoke with it, knows. */
  private Configuration newest;
  private Committed known;
  private final List<Runnable> deferred = new ArrayList<>();

  /** @param first the configuration that its log begins with; if that does not bind it, it waits for {@link #join} */
  SimNode(Cluster<R> cluster, int number, NodeId id, Configuration first, NodeDisk disk, NodeState<R> state,
      SimRandom random) {
    this.cluster = cluster;
    this.number = number;
    this.id = id;
    this.disk = disk;
    this.state = state;
    this.random = random;
    this.clockRate = cluster.options().clockRates().get(number);
    this.newest = first;
    this.known = new Committed(first, 0);
    this.mayStart = Links.binds(first, this);
    this.clockOffset = random.nextLong() >> 8; // the zero of a monotonic clock means nothing; it may be negative
  }

  // ---- the machine ----

  /** Starts a process, unless one runs, or none ever is to. */
  public void start() {
    if (goneForGood) {
      return;
    }
    hostUp = true;
    if (process != null || !mayStart || cluster.losses().staysDown(this)) {
      return;
    }
    started = true;
    life++;
    paused = false;
    ending = false;
    cluster.trace().add(id.value(), "start", "life " + life);
    SimProcess<R> started;
    if (cluster.mayEndAtSteps() && random.chance(STOP_PROBABILITY)) {
      state.stopSoon(random);
    }
    try {
      started = new SimProcess<>(cluster, this, disk, state, random.fork("life " + life));
    } catch (IOException | RuntimeException e) {
      if (state.hasStopped()) {
        stoppedMidway();
        return;
      }
      if (state.hasFailed() || disk.explains(e)) {
        cluster.losses().refusedToStart(this, e);
        crash(NodeDisk.Crash.PROCESS);
        cluster.timeline().after(START_AGAIN_NANOS, this::start);
        return;
      }
      throw new Violation("NodeStarts", id + " cannot start life " + life + ": " + Cluster.describe(e));
    }
    process = started;
    cluster.tell(invariant -> invariant.started(this, started.recovered()));
    started.start();
    cluster.evidence().linksChanged();
  }

  /** The disk of the state has stopped in the middle of a write: so has the process, or the whole machine. */
  void stoppedMidway() {
    cluster.counts().stoppedMidway();
    // Never a power cut before the log was looked at for rot: without the marker, rot of the last batch is a torn end (L2).
    crash(random.chance(0.5) || disk.isRotten() ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
    cluster.failedByInjection(this);
  }

  /** Ends the process, if one runs, in this way. */
  public void crash(NodeDisk.Crash kind) {
    SimProcess<R> ended = process;
    process = null;
    paused = false;
    deferred.clear();
    if (ended != null) {
      if (ended.readsAsFollower()) {
        cluster.counts().add(FaultKind.ENDED_WHILE_READING);
      }
      ended.end(kind == NodeDisk.Crash.PROCESS);
    }
    hostUp = kind == NodeDisk.Crash.PROCESS;
    cluster.trace().add(id.value(), "crash", kind.name());
    disk.crash(kind, random);
    state.crash(kind, random);
    if (ended != null) {
      cluster.tell(invariant -> invariant.crashed(this));
    }
    cluster.evidence().linksChanged();
  }

  /** As {@link #crash}, and nothing that was to start it again does. */
  void goForGood(NodeDisk.Crash kind) {
    crash(kind);
    goneForGood = true;
  }

  /** Power returns: the kernel answers again, before any process does. */
  public void bootHost() {
    hostUp = true;
    cluster.evidence().linksChanged();
  }

  public void pause() {
    if (process != null) {
      if (process.readsAsFollower()) {
        cluster.counts().add(FaultKind.PAUSED_WHILE_READING);
      }
      paused = true;
      cluster.trace().add(id.value(), "pause", "");
    }
  }

  /** The process takes no more proposals, and ends soon. */
  void stopProposals() {
    SimProcess<R> stopped = process;
    if (stopped != null) {
      stopped.node().stopProposals();
      ending = true;
    }
  }

  /** Whether {@link #stopProposals} was told to the process that runs. */
  boolean isEnding() {
    return ending && process != null;
  }

  public void resume() {
    if (paused) {
      paused = false;
      cluster.trace().add(id.value(), "resume", deferred.size());
      long delay = 0;
      for (Runnable action : List.copyOf(deferred)) {
        delay += random.exponential(cluster.options().stageDelayNanos());
        SimProcess<R> current = process;
        cluster.timeline().after(delay, () -> {
          if (process == current && !defers(action)) {
            action.run();
          }
        });
      }
      deferred.clear();
    }
  }

  /** Whether the process is paused; then this is taken up when it goes on, unless it ends before. */
  boolean defers(Runnable action) {
    if (paused) {
      deferred.add(action);
    }
    return paused;
  }

  /** Local monotonic time. */
  public long clockNanos() {
    return clockOffset + (long) (cluster.timeline().now() * clockRate);
  }

  // ---- membership ----

  /** It was bound, and may begin: with an empty log, and knowing who is there. */
  void join(Committed answer) {
    cluster.trace().add(id.value(), "join", "incarnation " + incarnation() + " at " + answer.index());
    known = answer;
    mayStart = true;
    start();
  }

  /** No process runs: nothing is left of its disks, and what comes under its id is another node. */
  void loseDirectory() {
    cluster.trace().add(id.value(), "directory lost", "incarnation " + incarnation());
    lost = true;
    cluster.lateWords().lost(this);
    leave();
  }

  /** Never again. */
  private void leave() {
    gone = true;
    mayStart = false;
    cluster.left(this);
  }

  /** Its disk does not hold all that it confirmed. */
  void forgot() {
    forgetful = true;
  }

  @Override
  public boolean isForgetful() {
    return forgetful;
  }

  /** Told by its own log: these are in force, and committed, now. */
  void configured(Configuration newNewest, Committed committed) {
    newest = newNewest;
    learn(committed);
  }

  /** A committed configuration, from wherever. One that lacks it, and is newer than what it knew, means that it was removed. */
  void learn(Committed committed) {
    known = Committed.newer(known, committed);
    if (started && !leaving && !Links.binds(known.configuration(), this)) {
      leaving = true;
      cluster.timeline().after(random.exponential(2_000_000_000L), this::leaveRemoved);
    }
  }

  private void leaveRemoved() {
    if (role() == Role.LEADER) {
      cluster.timeline().after(100_000_000L, this::leaveRemoved); // it has to hand over first
    } else if (!gone && !cluster.isCalm()) {
      crash(NodeDisk.Crash.PROCESS);
      cluster.trace().add(id.value(), "removed", "incarnation " + incarnation());
      leave();
    }
  }

  Configuration newest() {
    return newest;
  }

  /** The newest committed configuration that it knows, from its own log or from others. */
  Committed known() {
    return known;
  }

  /** The newest committed configuration in its own log. */
  Committed committed() {
    return process == null ? new Committed(Configuration.EMPTY, 0) : process.committed();
  }

  boolean hasStarted() {
    return started && !gone;
  }

  /** Lost or removed: no process of it will ever run again. */
  boolean isGone() {
    return gone;
  }

  @Override
  public boolean isLost() {
    return lost;
  }

  // ---- what comes in ----

  void deliver(SimNode<R> sender, Message message, int sentToLife) {
    SimProcess<R> receiver = process;
    if (receiver == null || (sentToLife != life && !cluster.options().lateAfterRestart())) {
      cluster.counts().add(FaultKind.MESSAGE_TO_DEAD);
    } else if (!defers(() -> deliver(sender, message, sentToLife))) {
      cluster.trace().message(id.value(), "from " + sender.id(), message);
      cluster.messages().add(message);
      if (!Links.binds(newest, sender)) {
        cluster.counts().add(MembershipEvent.LATE_WORD);
      }
      if (message instanceof AppendEntriesAccepted accepted) {
        cluster.forgetter().acknowledged(sender, this, accepted);
      }
      receiver.node().receive(sender.id(), sender.incarnation(), message);
    }
  }

  void tellPeer(NodeId peer, boolean up) {
    SimProcess<R> told = process;
    if (told != null && !defers(() -> tellPeer(peer, up))) {
      cluster.trace().add(id.value(), up ? "peer up" : "peer down", peer.value());
      cluster.tell(invariant -> invariant.peerTold(this, peer, up));
      if (up) {
        told.node().peerUp(peer);
      } else {
        told.node().peerDown(peer);
      }
    }
  }

  /** @return whether there is a process to take it */
  public boolean accepts(Caller<R> caller, java.util.function.BiConsumer<SimProcess<R>, Caller<R>> request) {
    SimProcess<R> server = process;
    if (server == null) {
      return false;
    }
    server.calls().connected(caller);
    if (!defers(() -> request.accept(server, caller))) {
      request.accept(server, caller);
    }
    return true;
  }

  // ---- what invariants see ----

  @Override
  public NodeId id() {
    return id;
  }

  public int number() {
    return number;
  }

  /** Of its data directory; none is 0. */
  @Override
  public long incarnation() {
    return number + 1L;
  }

  @Override
  public int life() {
    return life;
  }

  @Override
  public boolean running() {
    return process != null;
  }

  public boolean isHostUp() {
    return hostUp;
  }

  public boolean isPaused() {
    return paused;
  }

  @Override
  public Role role() {
    return process == null ? Role.FOLLOWER : process.role();
  }

  @Override
  public long term() {
    return process == null ? 0 : process.term();
  }

  @Override
  public HardState hardState() {
    return process == null ? durable().hardState() : process.hardState();
  }

  @Override
  public List<Entry> log() {
    return process == null ? List.of() : process.logView();
  }

  @Override
  public DurableLog durable() {
    return disk.durable();
  }

  @Override
  public long commitIndex() {
    return process == null ? 0 : process.node().status().commitIndex();
  }

  @Override
  public long appliedIndex() {
    return process == null ? 0 : process.appliedIndex();
  }

  @Override
  public boolean isInPoll() {
    return process != null && process.stages().isConsensusTurn();
  }

  @Override
  public boolean isInstalling() {
    return process != null && process.isInstalling();
  }

  @Override
  public boolean isStateLost() {
    return stateLost;
  }

  @Override
  public long flushedIndex() {
    return process == null ? 0 : process.flushedIndex();
  }

  /** No process runs: the state goes, the log stays (I3). */
  void loseState() {
    String how = state.lose(random.fork("loss in life " + life));
    cluster.trace().add(id.value(), "state lost", how);
    cluster.counts().stateLost(how);
    stateLost = true;
    stateRotten = false;
  }

  /** From now on whoever reads its files gets something else than what was written, and does not see it. */
  void rotState() {
    cluster.trace().add(id.value(), "state rots", "");
    stateRotten = true;
  }

  boolean isStateRotten() {
    return stateRotten;
  }

  /** Another state has taken its place. */
  void stateReplaced() {
    stateRotten = false;
  }

  /** Its process has found the rot. */
  void foundRotten() {
    crash(NodeDisk.Crash.PROCESS);
    cluster.counts().add(StateEvent.FOUND_ROTTEN);
    loseState();
  }

  /** The state is where the log begins, or beyond. */
  void stateIsWhole(StateEvent how) {
    if (stateLost) {
      cluster.counts().add(how);
      stateLost = false;
    }
  }

  public @Nullable SimProcess<R> process() {
    return process;
  }

  public NodeDisk disk() {
    return disk;
  }

  public NodeState<R> state() {
    return state;
  }

  void roleChanged(RoleChanged change) {
    cluster.trace().add(id.value(), "role",
        change.role() + " in term " + change.term() + " leader " + change.leader() + ": "
            + change.reason());
    if (change.role() == Role.LEADER) {
      cluster.leaderChanged();
    }
    cluster.tell(invariant -> invariant.roleChanged(this, change));
  }

  /** The leader that this node names, or null. */
  @Nullable
  NodeId knownLeader() {
    NodeStatus status = process == null ? null : process.node().status();
    return status == null ? null : status.leader();
  }
}
