package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.node.PendingProposal;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.Services;
import io.balsa.raft.sim.SimProcess;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Violation;
import io.balsa.server.config.ConfigException;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.config.Setting;
import io.balsa.server.grpc.Authorizer;
import io.balsa.server.grpc.ClientServices;
import io.balsa.server.grpc.Errors;
import io.balsa.server.grpc.FreshReads;
import io.balsa.server.grpc.Group;
import io.balsa.server.grpc.Loop;
import io.balsa.server.grpc.ProposalBudget;
import io.balsa.server.grpc.RenewalCollector;
import io.balsa.server.grpc.Serving;
import io.balsa.server.grpc.SessionStreams;
import io.balsa.server.space.SpaceQuota;
import io.balsa.server.watch.WatchHub;
import io.balsa.storage.sim.KvState;
import io.balsa.storage.state.StateReads;
import io.grpc.BindableService;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The services of one process, as RunningGroup and BalsaServer put them together, on simulated loops. */
final class NodeServices implements Services<Result> {
  static final long CLUSTER_ID = 4711;
  private static final int LOOPS = 2;
  private static final long WATCH_BEHIND_NANOS_MAX = 4_500_000_000L;

  private final SimProcess<Result> process;
  private final Group group;
  private final List<BindableService> all;
  private final List<ServerLoop> loops = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private @Nullable ServerLoop current;
  private int accepted;
  private boolean ended;

  /** @param budget little, so that streams are held up now and then (S2) */
  NodeServices(SimProcess<Result> process, ServerConfig config, ProposalBudget budget) {
    this.process = process;
    for (int i = 0; i < LOOPS; i++) {
      loops.add(new ServerLoop(this, process.newThread("loop " + i)));
    }
    SessionStreams streams = new SessionStreams(budget);
    RenewalCollector renewals = new RenewalCollector(process.home().id(), streams::acknowledged);
    ProcessConsensus consensus = new ProcessConsensus(process);
    StateReads state = ((KvState) process.home().state()).machine().reads();
    group = new Group(CLUSTER_ID, 0, process.home().id(), consensus, state,
        new FreshReads(process.home().id(), consensus, state, process.home()::clockNanos), process.readers(),
        process.readers(), renewals, streams, new WatchHub(state, process.readers(), process.home()::clockNanos,
            consensus::read, WATCH_BEHIND_NANOS_MAX));
    Serving serving = new Serving(process.home().id(), List::of);
    serving.begin(group);
    all = new ClientServices(config, serving, Authorizer.ALLOW_ALL, new NoFacts(), this::loop,
        new HealthStatusManager(), new SpaceQuota(0))
        .all();
  }

  static NodeServices of(SimProcess<Result> process) {
    return (NodeServices) process.services();
  }

  /** The settings of one node, but where it lies: what it accepts is its own affair (A1). */
  static ServerConfig config(SimRandom random) {
    TreeMap<Setting, String> flags = new TreeMap<>();
    flags.put(Setting.ID, "n1");
    flags.put(Setting.DATA, "/nowhere");
    flags.put(Setting.LISTEN, "127.0.0.1:1");
    flags.put(Setting.CLUSTER, "n1=127.0.0.1:1");
    flags.put(Setting.SESSION_TTL_MIN_MILLIS, random.pick(List.of("500", "500", "2000")));
    flags.put(Setting.LEASE_TTL_MIN_MILLIS, random.pick(List.of("100", "500", "1000")));
    flags.put(Setting.VALUE_BYTES_MAX, random.pick(List.of("100", "900", "1048576")));
    flags.put(Setting.REQUEST_BYTES_MAX, random.pick(List.of("1024", "1572864")));
    flags.put(Setting.KEY_BYTES_MAX, random.pick(List.of("64", "4096")));
    try {
      return ServerConfig.load(flags, new TreeMap<>());
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- what RunningGroup does

  @Override
  public void roleChanged(RoleChanged change) {
    if (change.role() == Role.LEADER) {
      group.renewals().leads();
    } else {
      Error why = Errors.notLeader(process.home().id(), change.leader(), process.node().status().configuration());
      group.renewals().follows(why);
      group.streams().endAll(why);
    }
  }

  @Override
  public @Nullable PendingProposal<Result> take() {
    PendingProposal<Result> taken = group.renewals().take();
    return taken == null ? null
        : new PendingProposal<>(ProcessConsensus.unique(process.cluster(), taken.payload()), taken.callback());
  }

  // ---- connections

  ServerLoop accept(Connection connection) {
    connections.add(connection);
    return loops.get(accepted++ % LOOPS);
  }

  void forget(Connection connection) {
    connections.remove(connection);
  }

  @Override
  public void ended(boolean told) {
    ended = true;
    List.copyOf(connections).forEach(connection -> connection.processEnded(told));
    connections.clear();
  }

  // ---- loops

  private Loop loop() {
    ServerLoop serving = current;
    if (serving == null) {
      throw new IllegalStateException("a call begins outside of a loop");
    }
    return serving;
  }

  void inLoop(ServerLoop loop, Runnable task) {
    ServerLoop outer = current;
    current = loop;
    try {
      task.run();
    } finally {
      current = outer;
    }
  }

  // ---- services

  SessionGrpc.AsyncService session() {
    return service(SessionGrpc.AsyncService.class);
  }

  LeaseGrpc.AsyncService lease() {
    return service(LeaseGrpc.AsyncService.class);
  }

  KvGrpc.AsyncService kv() {
    return service(KvGrpc.AsyncService.class);
  }

  WatchGrpc.AsyncService watch() {
    return service(WatchGrpc.AsyncService.class);
  }

  private <T> T service(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  /** A call ends with INTERNAL: something was thrown. */
  void defect(Error error, Throwable failure) {
    if (!ended) {
      process.cluster()
          .violated(new Violation("NoDefects", process.home().id() + ": " + error + " " + Cluster.describe(failure)));
    }
  }
}
