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
import java.util.List;

/** The whole stack: SegmentedLog on simulated disks, KvStateMachine, the server's services, the SDK's sessions. For one run. */
class StackParts implements Parts<Result> {
  private static final ServerConfig CONFIG = NodeServices.config();

  private final Tally tally = new Tally();
  private final SessionWatch watch = new SessionWatch(tally);
  private KvState lastState = new KvState();

  @Override
  public SimOptions options(SimRandom random, Duration safety) {
    SimOptions drawn = Parts.super.options(random, safety);
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
    return new NodeServices(process, CONFIG, new ProposalBudget(16, 4_000));
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

  /** A stream that leads nowhere is given up after three beats that did not come; sessions are opened anew. */
  @Override
  public long clientNanos() {
    return 10_000_000_000L;
  }

  @Override
  public List<Invariant> invariants() {
    List<Invariant> all = new ArrayList<>(Invariants.all());
    all.add(watch);
    all.add(new LockWatch());
    return all;
  }

  @Override
  public RegisterProtocol<Result> protocol() {
    return NoRegisters.INSTANCE;
  }
}
