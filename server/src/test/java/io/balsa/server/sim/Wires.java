package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Timeline;
import io.balsa.raft.sim.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network between clients and nodes. A stalled direction of a link loses nothing: what was sent arrives after it, as TCP
 * repeats it; that is how a hello comes late.
 */
final class Wires {
  private static final long MILLIS = 1_000_000;
  /** How long the kernel tries to connect. */
  private static final long CONNECT_NANOS = 2_000 * MILLIS;
  private static final long CONNECT_AGAIN_NANOS = 500 * MILLIS;

  private final Cluster<Result> cluster;
  private final SimRandom random;
  private final Tally tally;
  private final List<Connection> connections = new ArrayList<>();
  private final long latencyNanos;
  private final int windowBytes;
  private @Nullable Stalls stalls;

  /** Which directions stand still. */
  interface Stalls {
    boolean toServer(int client, int node);

    boolean toClient(int client, int node);
  }

  Wires(Cluster<Result> cluster, SimRandom random, Tally tally) {
    this.cluster = cluster;
    this.random = random;
    this.tally = tally;
    this.latencyNanos = cluster.options().latencyNanos();
    this.windowBytes = random.fork("window").pick(List.of(500, 2_000));
  }

  /** Before the first connection. */
  void stalledBy(Stalls directions) {
    stalls = directions;
  }

  Tally tally() {
    return tally;
  }

  Trace trace() {
    return cluster.trace();
  }

  Timeline timeline() {
    return cluster.timeline();
  }

  /** More than this of a call on its way, and the end that sends is not ready. */
  int windowBytes() {
    return windowBytes;
  }

  /** A one-way trip. */
  long trip() {
    return 10_000 + random.exponential(latencyNanos);
  }

  /** 10 s without a word, and 2 s for the answer to a ping, from any moment within. */
  long keepAliveNanos() {
    return random.between(2_000, 12_000) * MILLIS;
  }

  boolean isStalled(Connection connection, boolean toServer) {
    Stalls directions = stalls;
    return directions != null
        && (toServer ? directions.toServer(connection.client().number(), connection.node().number())
            : directions.toClient(connection.client().number(), connection.node().number()));
  }

  /** The node behind {@code client:2}. */
  SimNode<Result> node(String address) {
    return cluster.nodes().get(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
  }

  /** Who connects. */
  interface Connecting {
    void connected(Connection connection);

    void failed();
  }

  /** Connects; the answer comes within {@link #CONNECT_NANOS}, unless the node's process stands still: then when it goes on. */
  void connect(SimSdk client, String address, Connecting connecting) {
    dial(client, node(address), timeline().now() + CONNECT_NANOS, connecting);
  }

  private void dial(SimSdk client, SimNode<Result> node, long until, Connecting connecting) {
    Connection connection = new Connection(this, client, node);
    timeline().after(trip(), () -> {
      boolean silent = !node.isHostUp() || isStalled(connection, true) || isStalled(connection, false);
      if (silent && timeline().now() < until) {
        tally.add(ClientFault.CONNECTION_HUNG);
        timeline().after(CONNECT_AGAIN_NANOS, () -> dial(client, node, until, connecting));
      } else if (silent || !node.running()) {
        tally.add(ClientFault.CONNECTION_REFUSED);
        timeline().after(trip(), connecting::failed);
      } else {
        accept(connection, connecting);
      }
    });
  }

  /** The kernel accepts; the connection is there when the process has greeted. */
  private void accept(Connection connection, Connecting connecting) {
    connections.removeIf(Connection::isOver);
    connections.add(connection);
    connection.accepted(connecting);
  }

  /** Those that stand, in the order in which they were made. */
  List<Connection> connections() {
    connections.removeIf(Connection::isOver);
    return List.copyOf(connections);
  }

  /** A link goes on: what waits on it arrives, each connection's after a timeout of its own. */
  void resumed() {
    for (Connection connection : connections()) {
      timeline().after(MILLIS + random.exponential(100 * MILLIS), connection::pump);
    }
  }
}
