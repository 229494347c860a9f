package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.node.NodeConfig;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.Parts;
import io.balsa.raft.sim.RegisterProtocol;
import io.balsa.raft.sim.Services;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimProcess;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Workload;
import io.balsa.raft.sim.invariant.Invariants;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.grpc.ProposalBudget;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.sim.RocksKvState;
import io.balsa.storage.sim.SegmentDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The whole stack: SegmentedLog on simulated disks, KvStateMachine, the server's services, the SDK's sessions. For one run. */
class StackParts implements Parts<Result> {
  private static final int ROCKS_ONE_IN = 50;

  private final Tally tally = new Tally();
  private final SessionWatch watch = new SessionWatch(tally);
  private final Map<Integer, ServerConfig> configs = new TreeMap<>();
  private SimRandom settings = new SimRandom(0);
  private Configuration configuration = Configuration.EMPTY;
  private final boolean onRocks;

  StackParts() {
    this(false);
  }

  private StackParts(boolean onRocks) {
    this.onRocks = onRocks;
  }

  /** Those of a seed: one in fifty keeps its states in RocksDB. */
  static StackParts of(long seed) {
    return new StackParts(isOnRocks(seed));
  }

  static boolean isOnRocks(long seed) {
    return seed % ROCKS_ONE_IN == ROCKS_ONE_IN / 2;
  }

  @Override
  public SimOptions options(SimRandom random, Duration safety) {
    SimOptions drawn = Parts.super.options(random, safety);
    settings = random.fork("settings");
    drawn = onRocks ? drawn.withoutCompaction() : drawn;
    return drawn.withClockRates(StackWorkload.clockRates(random.fork("clocks"), drawn.voters()));
  }

  @Override
  public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
    configuration = initial;
    return new SegmentDisk(initial, random);
  }

  @Override
  public NodeState<Result> state(SimOptions options, SimRandom random) {
    return onRocks ? new RocksKvState(configuration, random) : new KvState(configuration, random);
  }

  @Override
  public NodeConfig nodeConfig(SimOptions options) {
    return KvState.nodeConfig(options);
  }

  @Override
  public boolean losesStates() {
    return !onRocks;
  }

  @Override
  public Services<Result> services(SimProcess<Result> process) {
    int node = process.cluster().options().settingsDiffer() ? process.home().number() : 0;
    SimRandom own = settings.fork("node " + node);
    return new NodeServices(process, configs.computeIfAbsent(node, unused -> NodeServices.config(own)),
        new ProposalBudget(own.pick(List.of(4, 16, 64)), own.pick(List.of(1_000L, 4_000L))));
  }

  @Override
  public Workload<Result> workload(Cluster<Result> cluster, SimRandom random) {
    return new StackWorkload(cluster, random, tally, watch, usages(cluster, tally));
  }

  /** What clients do. A test of the simulator may choose. */
  List<Usage> usages(Cluster<Result> cluster, Tally counts) {
    Registers registers = new Registers(cluster, counts);
    Floors floors = new Floors();
    return List.of(registers, new AnyNodeReads(cluster, counts, registers), new Counters(cluster, counts),
        new OwnKeys(counts),
        new Bank(cluster, counts), new LeasedKeys(cluster, counts, watch), new LockUse(cluster, counts),
        new PastReads(cluster, counts, floors), new Watches(counts, floors));
  }

  /**
   * Each client may have dozens of calls under way, and a leader whose AppendEntries of an entry each overtake each other on their way
   * gets some ten entries a second through.
   */
  @Override
  public long catchUpNanos() {
    return 180_000_000_000L;
  }

  @Override
  public List<Invariant> invariants() {
    List<Invariant> all = new ArrayList<>(Invariants.all());
    all.add(watch);
    all.add(new LockWatch());
    all.add(new RebuiltState());
    return all;
  }

  @Override
  public long hashOf(Result result) {
    return Arrays.hashCode(result.toByteArray());
  }

  @Override
  public RegisterProtocol<Result> protocol() {
    return NoRegisters.INSTANCE;
  }
}
