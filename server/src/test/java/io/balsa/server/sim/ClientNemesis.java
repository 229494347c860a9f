package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;

/** Faults of clients and of what connects them, at drawn moments, each for a while; of the kinds that the seed has switched on. */
final class ClientNemesis implements Wires.Stalls {
  private static final long MILLIS = 1_000_000;
  private static final List<ClientFault> CAUSED = List.of(ClientFault.CLIENT_PAUSED, ClientFault.CLIENT_CLOCK_JUMPED,
      ClientFault.CLIENT_KILLED, ClientFault.CONNECTION_RESET, ClientFault.CONNECTION_LOST_AT_CLIENT,
      ClientFault.CONNECTION_LOST_AT_SERVER, ClientFault.LINK_STALLED, ClientFault.LINK_STALLED_TO_SERVER,
      ClientFault.LINK_STALLED_TO_CLIENT, ClientFault.CLIENT_CUT_OFF, ClientFault.HALF_CLOSED);

  private final Cluster<Result> cluster;
  private final StackWorkload workload;
  private final Wires wires;
  private final SimRandom random;
  private final List<ClientFault> kinds = new ArrayList<>();
  private final long intervalNanos;
  private final boolean[][] stalledToServer;
  private final boolean[][] stalledToClient;
  private boolean stopped;

  ClientNemesis(Cluster<Result> cluster, StackWorkload workload, Wires wires, SimRandom random) {
    this.cluster = cluster;
    this.workload = workload;
    this.wires = wires;
    this.random = random;
    this.intervalNanos = random.between(300, 4_000) * MILLIS;
    this.stalledToServer = new boolean[cluster.options().clients()][cluster.options().voters()];
    this.stalledToClient = new boolean[cluster.options().clients()][cluster.options().voters()];
    double share = random.between(0.2, 1.0);
    for (ClientFault kind : CAUSED) {
      if (random.chance(share)) {
        kinds.add(kind);
      }
    }
  }

  @Override
  public boolean toServer(int client, int node) {
    return stalledToServer[client][node];
  }

  @Override
  public boolean toClient(int client, int node) {
    return stalledToClient[client][node];
  }

  void start() {
    if (!kinds.isEmpty()) {
      cluster.timeline().after(random.exponential(intervalNanos), () -> {
        if (!stopped) {
          cause(random.pick(kinds));
          start();
        }
      });
    }
  }

  /** No more faults; those under way end now. */
  void stop() {
    stopped = true;
    for (int client = 0; client < stalledToServer.length; client++) {
      for (int node = 0; node < stalledToServer[client].length; node++) {
        stalledToServer[client][node] = false;
        stalledToClient[client][node] = false;
      }
    }
    wires.resumed();
    workload.clients().forEach(client -> client.resume(random.chance(0.5)));
  }

  private void did(ClientFault kind, Object what) {
    wires.tally().add(kind);
    cluster.trace().add("nemesis", kind.name(), what);
  }

  private long duration() {
    return MILLIS + random.exponential(cluster.options().faultDurationNanos());
  }

  private void cause(ClientFault kind) {
    SimSdk client = random.pick(workload.clients());
    int node = random.between(0, cluster.nodes().size() - 1);
    switch (kind) {
      case CLIENT_PAUSED -> pause(client);
      case CLIENT_CLOCK_JUMPED -> {
        did(kind, client.name());
        client.jumpWallClock(random.between(-20_000, 20_000));
      }
      case CLIENT_KILLED -> {
        did(kind, client.name());
        workload.kill(client);
      }
      case CONNECTION_RESET -> withConnection(kind, Connection::reset);
      case CONNECTION_LOST_AT_CLIENT -> withConnection(kind, connection -> connection.breakAtClient("lost on the way"));
      case CONNECTION_LOST_AT_SERVER -> withConnection(kind, Connection::breakAtServer);
      case HALF_CLOSED -> withConnection(kind, Connection::halfClose);
      case LINK_STALLED -> stall(kind, client, node, true, true);
      case LINK_STALLED_TO_SERVER -> stall(kind, client, node, true, false);
      case LINK_STALLED_TO_CLIENT -> stall(kind, client, node, false, true);
      case CLIENT_CUT_OFF -> {
        did(kind, client.name());
        long together = duration();
        for (int each = 0; each < cluster.nodes().size(); each++) {
          stall(client.number(), each, true, true, together);
        }
      }
      default -> throw new IllegalStateException("no fault to cause: " + kind);
    }
  }

  /** Sometimes for longer than its session lives. */
  private void pause(SimSdk client) {
    if (client.isPaused()) {
      return;
    }
    did(ClientFault.CLIENT_PAUSED, client.name());
    client.pause();
    long longest = client.ttlMillis() * MILLIS * 2;
    long time = random.chance(0.3) ? random.between(longest / 4, longest) : duration();
    boolean timersFirst = random.chance(0.5);
    cluster.timeline().after(time, () -> client.resume(timersFirst));
  }

  private void withConnection(ClientFault kind, java.util.function.Consumer<Connection> fault) {
    List<Connection> connections = wires.connections();
    if (!connections.isEmpty()) {
      Connection connection = random.pick(connections);
      did(kind, connection.client().name() + " and " + connection.node().id());
      fault.accept(connection);
    }
  }

  private void stall(ClientFault kind, SimSdk client, int node, boolean toServer, boolean toClient) {
    did(kind, client.name() + " and " + cluster.nodes().get(node).id());
    stall(client.number(), node, toServer, toClient, duration());
  }

  private void stall(int client, int node, boolean toServer, boolean toClient, long time) {
    stalledToServer[client][node] |= toServer;
    stalledToClient[client][node] |= toClient;
    cluster.timeline().after(time, () -> {
      stalledToServer[client][node] &= !toServer;
      stalledToClient[client][node] &= !toClient;
      wires.resumed();
    });
  }
}
