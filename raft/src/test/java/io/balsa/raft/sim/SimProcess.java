package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.core.Check;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.Message;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.ReadCallback;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One process: a real RaftNode, between ports that tell the simulator of every call. It ends with its first failure. */
public final class SimProcess<R> implements NodeListener, ObservedLog.Observer, ObservedMachine.Observer<R> {
  private final Cluster<R> cluster;
  private final SimNode<R> home;
  private final NodeState<R> state;
  private final ObservedLog log;
  private final ObservedMachine<R> machine;
  private final RaftNode<R> node;
  private final Stages stages;
  private final ProcessCalls<R> calls;
  private Committed committed = new Committed(Configuration.EMPTY, 0);
  private HardState hardState;
  private Role role = Role.FOLLOWER;
  private long term;
  private long commitSeen;
  /** When the raft thread last read its clock: the moment at which its entries are stamped. */
  private long clockReadAt;
  private final @Nullable Services<R> services;
  private boolean ended;
  private final SnapshotWatch<R> snapshots;

  SimProcess(Cluster<R> cluster, SimNode<R> home, NodeDisk disk, NodeState<R> state, SimRandom random)
      throws IOException {
    this.cluster = cluster;
    this.home = home;
    this.state = state;
    this.calls = new ProcessCalls<>(this, random);
    List<Entry> committed = cluster.ledger().committed();
    ProcessStart<R> start = ProcessStart.open(home, disk, state, committed, cluster.counts(), random.fork("start"));
    this.log = new ObservedLog(start.log(), this, committed);
    this.hardState = log.recovered().hardState();
    this.snapshots = new SnapshotWatch<>(cluster, home, random.fork("steps"), start.machine().logResetOwed() != null);
    this.term = hardState.term();
    this.machine = new ObservedMachine<>(start.machine(), this);
    LateExecutor readers = new LateExecutor();
    this.node = new RaftNode<>(cluster.nodeConfig(home.number()), home.id(), home.incarnation(), log, machine,
        new ObservedSnapshots(state.snapshots(), cluster.counts(), this::step, home, random.fork("rot")), this::send,
        this,
        calls::takeRenewal,
        random.fork("timeouts"), readers);
    this.commitSeen = node.status().commitIndex();
    this.stages = new Stages(cluster, home, random.fork("stages"), disk, node, this::pollConsensus, this::failed);
    readers.stages = stages;
    state.beforeEachWrite(this::between);
    this.services = cluster.parts().services(this);
  }

  /** The node is made with its reader pool, and the pool's threads with the node. */
  private static final class LateExecutor implements Executor {
    private @Nullable Executor stages;

    @Override
    public void execute(Runnable task) {
      if (stages == null) {
        throw new IllegalStateException("a read before the start");
      }
      stages.execute(task);
    }
  }

  void start() {
    stages.start();
  }

  /** @param told whether those who wait notice: a killed process resets its connections, a dead machine says nothing */
  void end(boolean told) {
    ended = true;
    stages.end();
    calls.end(told);
    if (services != null) {
      services.ended(told);
    }
  }

  private long readClock() {
    between();
    clockReadAt = cluster.timeline().now();
    long now = home.clockNanos();
    cluster.tell(invariant -> invariant.clockRead(home, now));
    between();
    return now;
  }

  private void pollConsensus() {
    node.pollConsensus(this::readClock);
    NodeStatus status = node.status();
    long commit = status.commitIndex();
    if (committed(commit)) {
      cluster.tell(invariant -> invariant.committed(home, commit));
    }
    snapshots.polled(status.appliedIndex());
    Pointers pointers = new Pointers(status.term(), status.firstIndex(), status.lastIndex(), commit,
        status.appliedIndex());
    cluster.tell(invariant -> invariant.polled(home, pointers));
  }

  /** The node said that everything up to here is committed, or applied it: @return whether that is news. */
  private boolean committed(long index) {
    boolean news = index > commitSeen;
    if (news) {
      commitSeen = index;
      List<Entry> view = log.view();
      for (int i = cluster.ledger().committed().size(); i < Math.min(index, view.size()); i++) {
        cluster.ledger().commit(view.get(i), term);
      }
      cluster.trace().add(home.id().value(), "commit", index);
    }
    return news;
  }

  // ---- calls of clients ----

  ProcessCalls<R> calls() {
    return calls;
  }

  /**
   * As {@link RaftNode#propose}, observed.
   *
   * @param payload unique in the run
   */
  public void propose(Bytes payload, ProposalCallback<R> callback) {
    calls.propose(payload, callback);
  }

  /** As {@link RaftNode#read}, observed. */
  public void read(ReadCallback callback) {
    calls.read(callback);
  }

  /** As {@link RaftNode#readLeading}, observed. */
  public void readLeading(ReadCallback callback) {
    calls.readLeading(callback);
  }

  /** Whether it does not lead, and reads wait for its leader's answer, or for its state to come as far. */
  boolean readsAsFollower() {
    return calls.readsUnderWay() > 0 && role != Role.LEADER;
  }

  /** One more thread of this process. */
  public SimThread newThread(String name) {
    return new SimThread(stages, home, cluster.timeline(), cluster.options().clockRates().get(home.number()), name);
  }

  /** The pool that waits for disks. */
  public Executor readers() {
    return stages;
  }

  /** What {@link Parts#services} made for this process, or null. */
  public @Nullable Services<R> services() {
    return services;
  }

  public Cluster<R> cluster() {
    return cluster;
  }

  public SimNode<R> home() {
    return home;
  }

  /** A register as the state store of this process holds it now. */
  long register(int key) {
    return cluster.protocol().read(state, key);
  }

  /** Whether nobody waits for an answer. */
  boolean isQuiet() {
    return calls.isQuiet();
  }

  boolean isEnded() {
    return ended;
  }

  // ---- what the ports see ----

  private void send(NodeId to, long incarnation, Message message) {
    cluster.send(home, to, incarnation, message);
    between();
  }

  @Override
  public void between() {
    stages.between();
  }

  @Override
  public void roleChanged(RoleChanged change) {
    role = change.role();
    term = change.term();
    home.roleChanged(change);
    if (role == Role.LEADER) {
      snapshots.leads();
    }
    if (services != null) {
      services.roleChanged(change);
    }
  }

  @Override
  public void snapshotDamaged(SnapshotMeta snapshot) {
    cluster.trace().add(home.id().value(), "damaged snapshot", snapshot.lastIncluded());
  }

  @Override
  public void snapshotRefused(NodeId by, SnapshotMeta snapshot) {
    cluster.trace().add(home.id().value(), "snapshot whole", snapshot.lastIncluded() + " refused by " + by);
  }

  @Override
  public void membershipChanged(Configuration newest, Configuration newCommitted, long committedIndex) {
    committed = new Committed(newCommitted, committedIndex);
    home.configured(newest, committed);
  }

  @Override
  public void peerForgot(NodeId peer, long matchIndex, long lastIndex) {
    SimNode<R> forgetful = cluster.links().dialled(home, peer);
    cluster.trace().add(home.id().value(), "peer forgot", peer + " " + matchIndex + " " + lastIndex);
    if (forgetful != null) {
      cluster.tell(invariant -> invariant.peerForgot(home, forgetful));
    }
  }

  /** As {@link RaftNode#changeMembership}, observed. */
  void changeMembership(MembershipChange change, MembershipCallback callback) {
    calls.change(change, callback);
  }

  /** The newest configuration that is committed as far as this process knows. */
  Committed committed() {
    return committed;
  }

  @Override
  public void fatal(String stage, Throwable cause) {
    failed(stage, cause);
  }

  void failed(String stage, Throwable cause) {
    if (ended) {
      return;
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof Violation violation) {
        cluster.violated(violation);
        return;
      }
      if (t instanceof RottenState) {
        home.foundRotten();
        cluster.failedByInjection(home);
        return;
      }
      if (t instanceof InjectedDiskFailure) {
        home.crash(NodeDisk.Crash.PROCESS);
        cluster.failedByInjection(home);
        return;
      }
    }
    if (state.hasStopped()) {
      home.stoppedMidway();
      return;
    }
    if (state.hasFailed() || home.disk().explains(cause)) {
      home.crash(NodeDisk.Crash.PROCESS);
      cluster.failedByInjection(home);
      return;
    }
    if (cause instanceof Check.InvariantViolation && home.isForgetful()) {
      cluster.counts().add(String.valueOf(cause.getMessage()).contains(" led term ")
          ? MembershipEvent.TOLD_TO_STOP
          : MembershipEvent.FOUND_BY_ITSELF);
      home.crash(NodeDisk.Crash.PROCESS);
      cluster.operator().lost(home);
      return;
    }
    cluster.violated(new Violation("NodeRuns", home.id() + " failed in " + stage + ": " + Cluster.describe(cause)));
  }

  @Override
  public void saving(HardState saved) {
    cluster.trace().add(home.id().value(), "hard state", saved.term() + " for " + saved.votedFor());
    cluster.tell(invariant -> invariant.hardStateSaved(home, saved));
    hardState = saved;
  }

  @Override
  public void truncating(long fromIndex) {
    cluster.trace().add(home.id().value(), "truncate", fromIndex);
    cluster.tell(invariant -> invariant.truncating(home, fromIndex));
    if (cluster.ledger().newestConfiguration(home::termAt).id().index() >= fromIndex) {
      cluster.counts().add(MembershipEvent.TRUNCATED);
    }
  }

  @Override
  public void appended(Entry entry, LogId before) {
    cluster.trace().add(home.id().value(), "append", entry, ContentHash.of(entry));
    Ledger.Known known = cluster.ledger().known(entry.id());
    if (known == null) {
      known = new Ledger.Known(entry, before, clockReadAt, home);
      cluster.ledger().add(known);
      Ledger.Known created = known;
      cluster.tell(invariant -> invariant.created(home, created));
    }
    Ledger.Known first = known;
    cluster.tell(invariant -> invariant.appended(home, entry, before, first));
  }

  @Override
  public void resetting(LogId base) {
    snapshots.resetting(base);
  }

  @Override
  public void compacted(LogId base) {
    snapshots.compacted(base);
  }

  @Override
  public void installing() {
    snapshots.installing();
  }

  @Override
  public void installed(long before, LogId id, boolean resetLog) {
    snapshots.installed(before, id, resetLog);
  }

  @Override
  public void logReset() {
    snapshots.logReset();
  }

  @Override
  public void step(SnapshotStep step) {
    if (snapshots.endsAt(step)) {
      between();
    }
  }

  boolean isInstalling() {
    return snapshots.isInstalling();
  }

  long flushedIndex() {
    try {
      return machine.flushedApplied().index();
    } catch (IOException e) {
      throw new Violation("StateFlushes", Cluster.describe(e));
    }
  }

  @Override
  public void syncRequested(long seq) {
    cluster.trace().add(home.id().value(), "sync", seq);
  }

  @Override
  public void persisted(long seq) {
    cluster.trace().add(home.id().value(), "persisted", seq);
    cluster.tell(invariant -> invariant.persisted(home));
  }

  @Override
  public void applied(List<Entry> entries, List<@Nullable R> results) {
    // Known before the poll that said so is over, when that was preempted.
    long last = entries.get(entries.size() - 1).index();
    if (committed(last)) {
      cluster.tell(invariant -> invariant.committedAtLeast(home, last));
    }
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      R result = results.get(i);
      cluster.tell(invariant -> invariant.applied(home, entry, result));
    }
    long applied = machine.applied().index();
    long digest = state.digest();
    cluster.trace().add(home.id().value(), "apply", applied, digest);
    cluster.tell(invariant -> invariant.stateAt(home, applied, digest));
  }

  // ---- what invariants see ----

  public RaftNode<R> node() {
    return node;
  }

  Stages stages() {
    return stages;
  }

  RecoveredLog recovered() {
    return log.recovered();
  }

  List<Entry> logView() {
    return log.view();
  }

  HardState hardState() {
    return hardState;
  }

  Role role() {
    return role;
  }

  long term() {
    return term;
  }

  long appliedIndex() {
    return machine.applied().index();
  }
}
