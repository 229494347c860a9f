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
import io.balsa.storage.sim.SegmentDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The whole stack: SegmentedLog on simulated disks, KvStateMachine, the server's services, the SDK's sessions. For one run. */
class StackParts implements Parts<Result> {
  private static final ServerConfig CONFIG = NodeServices.config();

  private final Tally tally = new Tally();
  private final SessionWatch watch = new SessionWatch(tally);
  private Configuration configuration = Configuration.EMPTY;

  @Override
  public SimOptions options(SimRandom random, Duration safety) {
    SimOptions drawn = Parts.super.options(random, safety);
    return drawn.withClockRates(StackWorkload.clockRates(random.fork("clocks"), drawn.voters()));
  }

  @Override
  public NodeDisk disk(Configuration initial, SimOptions options, SimRandom random) {
    configuration = initial;
    return new SegmentDisk(initial, random);
  }

  @Override
  public NodeState<Result> state(SimOptions options, SimRandom random) {
    return new KvState(configuration, random);
  }

  @Override
  public NodeConfig nodeConfig(SimOptions options) {
    return KvState.nodeConfig(options);
  }

  @Override
  public boolean losesStates() {
    return true;
  }

  @Override
  public Services<Result> services(SimProcess<Result> process) {
    return new NodeServices(process, CONFIG, new ProposalBudget(16, 4_000));
  }

  @Override
  public Workload<Result> workload(Cluster<Result> cluster, SimRandom random) {
    return new StackWorkload(cluster, random, tally, watch, usages(cluster, tally));
  }

  /** What clients do. A test of the simulator may choose. */
  List<Usage> usages(Cluster<Result> cluster, Tally counts) {
    Registers registers = new Registers(cluster, counts);
    return List.of(registers, new AnyNodeReads(cluster, counts, registers), new Counters(cluster, counts),
        new OwnKeys(counts),
        new Bank(cluster, counts), new LeasedKeys(cluster, counts, watch), new LockUse(cluster, counts));
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
  public RegisterProtocol<Result> protocol() {
    return NoRegisters.INSTANCE;
  }
}
