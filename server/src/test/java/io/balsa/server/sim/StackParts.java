package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Configuration;
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
import io.balsa.storage.sim.SegmentDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The whole stack: SegmentedLog on simulated disks, KvStateMachine, the server's services, the SDK's sessions. For one run. */
class StackParts implements Parts<Result> {
  private final Tally tally = new Tally();
  private final SessionWatch watch = new SessionWatch(tally);
  private final Map<Integer, ServerConfig> configs = new TreeMap<>();
  private SimRandom settings = new SimRandom(0);
  private KvState lastState = new KvState();

  @Override
  public SimOptions options(SimRandom random, Duration safety) {
    SimOptions drawn = Parts.super.options(random, safety);
    settings = random.fork("settings");
    return drawn.withClockRates(StackWorkload.clockRates(random.fork("clocks"), drawn.voters()));
  }

  @Override
  public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
    KvState state = new KvState();
    lastState = state;
    return new SegmentDisk(initial, random);
  }

  /** The state of the node whose disk was asked for last: the log is told what it holds (L2). */
  @Override
  public NodeState<Result> state(SimOptions options, SimRandom random) {
    return lastState;
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
    return List.of(new Registers(cluster, counts), new Counters(cluster, counts), new OwnKeys(counts),
        new Bank(cluster, counts), new LeasedKeys(cluster, counts, watch), new LockUse(cluster, counts));
  }

  /** Each client may have dozens of calls under way, and a leader that sends an entry at a time some thirty entries a second. */
  @Override
  public long catchUpNanos() {
    return 90_000_000_000L;
  }

  @Override
  public List<Invariant> invariants() {
    List<Invariant> all = new ArrayList<>(Invariants.all());
    all.add(watch);
    all.add(new LockWatch());
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
