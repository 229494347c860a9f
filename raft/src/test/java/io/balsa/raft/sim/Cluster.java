package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.node.NodeConfig;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything that one run consists of, wired together. */
public final class Cluster<R> {
  private final SimOptions options;
  private final Timeline timeline = new Timeline();
  private final Trace trace;
  private final FaultCounts counts = new FaultCounts();
  private final MessageCounts messages = new MessageCounts();
  private final Ledger ledger;
  private final Losses<R> losses = new Losses<>(this);
  private final Network network;
  private final Evidence<R> evidence;
  private final List<Invariant> invariants;
  /** All that ever were; those that may still run. */
  private final List<SimNode<R>> nodes = new ArrayList<>();
  private final List<SimNode<R>> living = new ArrayList<>();
  private final Configuration first;
  private final Links<R> links = new Links<>(this);
  private final Survivable<R> survivable = new Survivable<>(this);
  private final ChangeCalls<R> changes = new ChangeCalls<>(this);
  private final Operator<R> operator;
  private final Forgetter<R> forgetter;
  private final LateWords<R> lateWords;
  private final RegisterProtocol<R> protocol;
  private final List<NodeConfig> nodeConfigs = new ArrayList<>();
  private final SimRandom random;
  private final Parts<R> parts;
  private @Nullable Violation violation;
  private long lastUniqueId;
  private boolean renewalsWait = true;
  private int leaderChanges;
  private int nested;
  private boolean calm;

  Cluster(SimOptions options, SimRandom random, Parts<R> parts, @Nullable PrintStream live) {
    this.options = options;
    this.parts = parts;
    this.random = random;
    this.trace = new Trace(timeline, live);
    this.protocol = parts.protocol();
    this.invariants = parts.invariants();
    NodeConfig common = parts.nodeConfig(options);
    for (int i = 0; i < options.members().nodesMax(); i++) {
      nodeConfigs
          .add(options.settingsDiffer() ? NodeSettings.draw(common, options, random.fork("settings " + i)) : common);
    }
    this.network = new Network(timeline, random.fork("network"), options, counts,
        (from, to, message, life) -> nodes.get(to).deliver(nodes.get(from), message, life));
    this.evidence = new Evidence<>(this, random.fork("evidence"), options.members().nodesMax());
    this.operator = new Operator<>(this, random.fork("operator"));
    this.forgetter = new Forgetter<>(this, random.fork("forgetter"));
    this.lateWords = new LateWords<>(this, random.fork("late words"));
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < options.voters(); i++) {
      members.add(new Member(new NodeId("n" + (i + 1)), i + 1, true, "peer:" + i, "client:" + i));
    }
    this.first = new Configuration(members);
    this.ledger = new Ledger(first);
    members.forEach(member -> newNode(member.id()));
    World world = new World(nodes, ledger, options, timeline::now);
    tell(invariant -> invariant.begins(world));
  }

  private SimNode<R> newNode(NodeId id) {
    int number = nodes.size();
    SimRandom own = random.fork("node " + number);
    SimNode<R> node = new SimNode<>(this, number, id, first, parts.disk(first, options, own.fork("disk")),
        parts.state(options, own.fork("state")), own);
    nodes.add(node);
    living.add(node);
    return node;
  }

  void start() {
    for (SimNode<R> node : nodes) {
      node.start();
      scheduleFlush(node, random.fork("flush " + node.id()));
    }
    if (options.members().changes()) {
      operator.start();
    }
    if (options.compacts() && parts.losesStates() && nodes.size() >= 3) {
      scheduleStateLoss(random.fork("state loss"));
      scheduleStateRot(random.fork("state rot"));
    }
  }

  // ---- members ----

  boolean hasRoom() {
    return nodes.size() < options.members().nodesMax();
  }

  /** One more machine, with empty disks, that waits to be bound. */
  SimNode<R> addNode(NodeId id) {
    SimNode<R> node = newNode(id);
    scheduleFlush(node, random.fork("flush " + node.number()));
    return node;
  }

  /** It will never run again. */
  void left(SimNode<R> node) {
    living.remove(node);
    if (living.isEmpty()) {
      violated(new Violation("SomebodyIsLeft", node.id() + " was the last to go"));
    }
  }

  /** All that may run, now or later. */
  public List<SimNode<R>> living() {
    return living;
  }

  Configuration newestCommitted() {
    List<Ledger.ConfigurationAt> committed = ledger.committedConfigurations();
    return committed.get(committed.size() - 1).configuration();
  }

  Links<R> links() {
    return links;
  }

  Survivable<R> survivable() {
    return survivable;
  }

  ChangeCalls<R> changes() {
    return changes;
  }

  Operator<R> operator() {
    return operator;
  }

  Forgetter<R> forgetter() {
    return forgetter;
  }

  LateWords<R> lateWords() {
    return lateWords;
  }

  @Nullable
  SimNode<R> node(NodeId id, long incarnation) {
    for (SimNode<R> node : nodes) {
      if (node.incarnation() == incarnation && node.id().equals(id)) {
        return node;
      }
    }
    return null;
  }

  private void scheduleFlush(SimNode<R> node, SimRandom flushes) {
    timeline.after(flushes.exponential(2_000_000_000L), () -> {
      SimProcess<R> process = node.process();
      if (node.isGone()) {
        return;
      }
      if (process != null && !node.isPaused()) {
        counts.add(FaultKind.FLUSH);
        trace.add(node.id().value(), "flush", node.appliedIndex());
        try {
          node.state().flush();
        } catch (java.io.IOException | RuntimeException e) {
          process.failed("flush", e);
        }
      }
      scheduleFlush(node, flushes);
    });
  }

  /** Never so many at a time that nobody can bring a state back. */
  private boolean mayLose(SimNode<R> node) {
    return !calm && node.hasStarted() && losses.mayLose(node);
  }

  private void scheduleStateLoss(SimRandom losses) {
    timeline.after(losses.exponential(15_000_000_000L), () -> {
      SimNode<R> node = losses.pick(living);
      if (mayLose(node)) {
        node.crash(losses.chance(0.5) ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
        node.loseState();
        timeline.after(losses.exponential(options.faultDurationNanos()), node::start);
      }
      scheduleStateLoss(losses);
    });
  }

  /** Mostly of a leader's, for it shows when it sends a snapshot. */
  private void scheduleStateRot(SimRandom rots) {
    timeline.after(rots.exponential(15_000_000_000L), () -> {
      SimNode<R> leader = leader();
      SimNode<R> node = leader != null && rots.chance(0.8) ? leader : rots.pick(living);
      if (!node.isStateLost() && mayLose(node)) {
        node.rotState();
      }
      scheduleStateRot(rots);
    });
  }

  /** Whether a process may end in the middle of an install or a compaction. */
  boolean mayEndAtSteps() {
    return !calm;
  }

  // ---- running ----

  /** Lets everything happen until then. */
  void runUntil(long untilNanos) {
    while (timeline.step(untilNanos)) {
      throwViolation();
    }
  }

  /** @return whether the condition came true in time; it is looked at every 10 ms */
  boolean runUntil(BooleanSupplier condition, long untilNanos) {
    while (!condition.getAsBoolean()) {
      if (timeline.now() >= untilNanos) {
        return false;
      }
      runUntil(Math.min(untilNanos, timeline.now() + 10_000_000));
    }
    return true;
  }

  // ---- preemption: the timeline runs on inside an event ----

  /** How many threads stand still in the middle of a turn, each inside the one before. */
  private static final int NESTED_MAX = 3;

  boolean mayPreempt() {
    return nested < NESTED_MAX && !calm;
  }

  void preempted(SimNode<?> node) {
    counts.add(FaultKind.PREEMPTED);
    trace.add(node.id().value(), "preempted", nested);
  }

  /** Lets everything else happen until then, and for as long as the condition holds. */
  void runNested(long untilNanos, BooleanSupplier longer) {
    nested++;
    try {
      runUntil(untilNanos);
      while (longer.getAsBoolean()) {
        runUntil(timeline.now() + 1_000_000);
      }
    } finally {
      nested--;
    }
  }

  /** No thread is preempted any more, and the operator wants nothing. */
  void calmDown() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }

  private void throwViolation() {
    if (violation != null) {
      throw violation;
    }
  }

  /** What is found inside a node's stage is kept, whatever the node does with the exception. */
  public void violated(Violation found) {
    if (violation == null) {
      violation = found;
    }
  }

  void tell(Consumer<Invariant> event) {
    for (Invariant invariant : invariants) {
      try {
        event.accept(invariant);
      } catch (Violation found) {
        violated(found);
        throw found;
      }
    }
  }

  void send(SimNode<R> from, NodeId to, long incarnation, Message message) {
    trace.cover((from.number() * 31L + to.value().hashCode()) * 31L + incarnation);
    trace.cover(ContentHash.of(message));
    tell(invariant -> invariant.sent(from, to, message));
    if (incarnation == from.incarnation()) {
      throw new Violation("SendsToPeers", from.id() + " sends to itself");
    }
    if (message instanceof PreVote && !from.newest().isVoter(from.id())) {
      counts.add(MembershipEvent.LEFT_OUT_STOOD);
    }
    SimNode<R> receiver = links.dialled(from, to);
    if (receiver != null && receiver.incarnation() == incarnation && links.admits(receiver, from)) {
      lateWords.sent(from, receiver, message);
      parts.route(this, from, receiver, message);
    }
  }

  /** The honest way of a message; a test of the harness may do worse. */
  void route(SimNode<R> from, SimNode<R> to, Message message) {
    network.send(from.number(), to.number(), message, to.life());
  }

  void failedByInjection(SimNode<R> node) {
    timeline.after(100_000_000, node::start);
  }

  // ---- parts ----

  /** The newest of this id. */
  @Nullable
  SimNode<R> node(NodeId id) {
    SimNode<R> newest = null;
    for (SimNode<R> node : nodes) {
      newest = node.id().equals(id) ? node : newest;
    }
    return newest;
  }

  /** The leader of the newest term that has one, or null. */
  public @Nullable SimNode<R> leader() {
    SimNode<R> leader = null;
    for (SimNode<R> node : nodes) {
      if (node.role() == Role.LEADER && (leader == null || node.term() > leader.term())) {
        leader = node;
      }
    }
    return leader;
  }

  Call call(@Nullable Bytes payload, int life) {
    return new Call(uniqueId(), payload, life, timeline.now());
  }

  public long uniqueId() {
    return ++lastUniqueId;
  }

  boolean hasCompareAndSet() {
    return protocol.compareAndSet(0, 0, 0, 0, 0, 0) != null;
  }

  boolean renewalsWait() {
    return renewalsWait;
  }

  void stopRenewals() {
    renewalsWait = false;
  }

  void leaderChanged() {
    leaderChanges++;
  }

  int leaderChanges() {
    return leaderChanges;
  }

  public SimOptions options() {
    return options;
  }

  public Timeline timeline() {
    return timeline;
  }

  public Trace trace() {
    return trace;
  }

  public FaultCounts counts() {
    return counts;
  }

  MessageCounts messages() {
    return messages;
  }

  Losses<R> losses() {
    return losses;
  }

  Ledger ledger() {
    return ledger;
  }

  Network network() {
    return network;
  }

  Evidence<R> evidence() {
    return evidence;
  }

  List<Invariant> invariants() {
    return invariants;
  }

  /** All that ever were. */
  public List<SimNode<R>> nodes() {
    return nodes;
  }

  RegisterProtocol<R> protocol() {
    return protocol;
  }

  NodeConfig nodeConfig(int node) {
    return nodeConfigs.get(node);
  }

  Parts<R> parts() {
    return parts;
  }

  public static String describe(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
