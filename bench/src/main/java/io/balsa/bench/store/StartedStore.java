package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A store whose nodes are processes that this one starts; kinds differ in how a node is started, asked and connected to. One thread. */
abstract class StartedStore implements Store {
  /** What a node says of who leads. */
  enum Standing {
    LEADS, FOLLOWS,
    /** It does not serve yet. */
    NEITHER
  }

  final Children nodes = new Children();
  final Path directory;
  private final String name;
  private final int count;
  private final int[] ports;

  /**
   * None is started.
   *
   * @param name         for people
   * @param count        of nodes
   * @param portsOfANode how many
   * @param directory    of data and logs
   */
  StartedStore(String name, int count, int portsOfANode, Path directory) {
    this.name = name;
    this.count = count;
    this.ports = Loopback.freePorts(portsOfANode * count);
    this.directory = directory;
  }

  /** Starts one, for the first time or again, and does not wait for it. */
  abstract void start(int node);

  abstract Standing standing(int node);

  abstract LoadClient connect(int node, int connections) throws InterruptedException;

  /** Starts them all, and waits until one leads; if that does not come, they are ended. */
  final void startAll() {
    try {
      nodeNumbers().forEach(this::start);
      nodes.await(name, () -> leader().isPresent(), directory);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** From 1. */
  final IntStream nodeNumbers() {
    return IntStream.rangeClosed(1, count);
  }

  /** @param which of the node's ports, from 0 up; clients are served at the first */
  final int port(int node, int which) {
    return ports[which * count + node - 1];
  }

  final String address(int node, int which) {
    return Loopback.HOST + ":" + port(node, which);
  }

  private OptionalInt leader() {
    return nodeNumbers().filter(node -> standing(node) == Standing.LEADS).findFirst();
  }

  private int knownLeader() {
    return leader().orElseThrow(() -> new IllegalStateException(name + " has no leader"));
  }

  @Override
  public final List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public final LoadClient connect(Api api) throws InterruptedException {
    return connect(knownLeader(), CONNECTIONS);
  }

  @Override
  public final List<LoadClient> connectEach() throws InterruptedException {
    List<LoadClient> clients = new ArrayList<>();
    for (int node = 1; node <= count; node++) {
      clients.add(connect(node, 1));
    }
    return clients;
  }

  @Override
  public final void killLeader() {
    nodes.kill(knownLeader());
  }

  @Override
  public final void restartKilled() {
    int node = nodes.awaitKilled();
    start(node);
    nodes.await(name, () -> standing(node) != Standing.NEITHER, directory);
  }

  @Override
  public final void close() {
    nodes.close();
  }
}
