package io.balsa.junit.cluster;

import io.balsa.client.BalsaClient;
import io.balsa.client.BalsaClientBuilder;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangeOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The nodes n1, n2, ... of a cluster, one process each, those that join it later included. What they can do and what can happen to
 * them: {@link ServerProcess}.
 *
 * <pre>{@code
 * ServerProcess leader = cluster.awaitLeader();
 * leader.kill();                   // or pause(), terminate(), restart()
 * client.kv().put("a", "1");       // waits for the next leader
 * leader.start();
 * cluster.awaitReady();
 * }</pre>
 *
 * Thread-safe.
 */
public final class RealCluster implements AutoCloseable {
  private static final Duration END_MOST = Duration.ofMinutes(1);
  private static final Duration ASK_MOST = Duration.ofSeconds(2);
  private static final Duration HASHES_MOST = Duration.ofMinutes(20);
  private static final Duration READY_MOST = Duration.ofMinutes(2);
  private static final Duration CLEAR_MOST = Duration.ofSeconds(30);
  /** Far fewer than can be deleted in one step. */
  private static final int CLEARED_AT_ONCE = 1000;
  private static final int LAST_LINES = 8;

  private final Path directory;
  private final Site site;
  private final List<String> flags;
  private final List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
  private final List<ServerProcess> forgotten = new CopyOnWriteArrayList<>();
  private final BalsaClient asking;
  private int drawn;

  private RealCluster(Path directory, Site site, int nodes, List<String> flags) {
    this.directory = directory;
    this.site = site;
    this.flags = flags;
    String members = IntStream.rangeClosed(1, nodes).mapToObj(number -> "n" + number + "=" + site.address(number))
        .collect(Collectors.joining(","));
    IntStream.rangeClosed(1, nodes).forEach(number -> this.nodes.add(node(number, "--cluster", members)));
    this.drawn = nodes;
    this.asking = client().build();
  }

  private ServerProcess node(int number, String how, String others) {
    String id = "n" + number;
    return new ServerProcess(id, number, site, site.data(directory, number), directory.resolve(id + ".log"),
        flags(number, how, others));
  }

  private List<String> flags(int number, String how, String others) {
    return Stream.of(List.of(how, others), site.flags(number), flags).flatMap(List::stream).toList();
  }

  /**
   * Describes a cluster; starts nothing.
   *
   * @param directory of data directories and log files
   * @param flags of every server, besides those that make it a node of this cluster
   */
  public static RealCluster of(Path directory, int nodes, String... flags) {
    return at(LoopbackAddresses.draw(), directory, nodes, flags);
  }

  /** The same in another place than on this machine's loopback. */
  public static RealCluster at(Site site, Path directory, int nodes, String... flags) {
    return new RealCluster(directory.toAbsolutePath(), site, nodes, List.of(flags));
  }

  /**
   * Starts all and waits until all are ready.
   *
   * @throws IllegalStateException one of them ends, or is not ready within two minutes; it says what each said last
   */
  public static RealCluster start(Path directory, int nodes, String... flags) {
    RealCluster cluster = of(directory, nodes, flags);
    try {
      cluster.startAll();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Starts all and waits until all are ready. */
  public void startAll() {
    nodes.forEach(ServerProcess::start);
    awaitReady(nodes());
  }

  /** Those of now, in the order in which they came. */
  public List<ServerProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** Describes one more node, which asks those that are there to let it in; starts nothing. */
  public synchronized ServerProcess joiner() {
    ServerProcess node = node(++drawn, "--join", endpoints());
    nodes.add(node);
    return node;
  }

  /**
   * From its next start on the node asks those that are there to let it in, as a {@link #joiner} does. Whoever calls this empties its
   * directory, for what is in there belongs to a member that is none any more. Its process has ended. Takes back {@link #forget}.
   */
  public synchronized void rejoin(ServerProcess node) {
    node.awaitEnd(END_MOST);
    String others = nodes.stream().filter(other -> !other.equals(node)).map(ServerProcess::address)
        .collect(Collectors.joining(","));
    node.flags(flags(node.number(), "--join", others));
    forgotten.remove(node);
    if (!nodes.contains(node)) {
      nodes.add(node);
    }
  }

  /** The node is none of the cluster's any more, and its process has ended. */
  public synchronized void forget(ServerProcess node) {
    node.awaitEnd(END_MOST);
    if (nodes.remove(node)) {
      forgotten.add(node);
    }
  }

  /** Those that were {@link #forget forgotten} and have not come back. */
  public List<ServerProcess> forgotten() {
    return List.copyOf(forgotten);
  }

  /** By its name: {@code n1}, {@code n2}, ... */
  public ServerProcess node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no node " + id));
  }

  /** As clients take them. */
  public String endpoints() {
    return nodes.stream().map(ServerProcess::address).collect(Collectors.joining(","));
  }

  /** A client that is to be made, which knows the nodes of now and how they are reached. */
  public BalsaClientBuilder client() {
    return BalsaClient.builder().endpoints(endpoints()).addressResolver(site.resolver());
  }

  /** What a node says of itself; nothing when it does not answer. */
  public Optional<NodeStatus> status(ServerProcess node) {
    try {
      return Optional.of(asking.cluster().withTimeout(ASK_MOST).status(node.address()));
    } catch (BalsaException e) {
      return Optional.empty();
    }
  }

  /** Who leads in the newest term that any running node knows of. */
  public Optional<ServerProcess> leader() {
    return nodes.stream().filter(RealCluster::runs).flatMap(node -> status(node).stream())
        .max(Comparator.comparingLong(NodeStatus::term).thenComparing(RealCluster::leads)).filter(RealCluster::leads)
        .map(status -> node(status.id()));
  }

  private static boolean runs(ServerProcess node) {
    return node.isAlive() && !node.isPaused();
  }

  private static boolean leads(NodeStatus status) {
    return status.role().equals("LEADER");
  }

  /** A node that runs and does not lead. */
  public ServerProcess awaitFollower() {
    ServerProcess leader = awaitLeader();
    return nodes.stream().filter(node -> !node.equals(leader) && runs(node)).findFirst()
        .orElseThrow(() -> new IllegalStateException("no node follows\n" + describe()));
  }

  /** Waits until a node says this of itself. */
  public NodeStatus awaitStatus(ServerProcess node, String what, Predicate<NodeStatus> wanted) {
    return Await.present(READY_MOST, () -> status(node).filter(wanted),
        () -> node.id() + ": " + what + "\n" + describe());
  }

  /** Waits until a node leads. */
  public ServerProcess awaitLeader() {
    return Await.present(READY_MOST, this::leader, () -> "no leader\n" + describe());
  }

  /** Waits until every node is ready to serve, those that do not run, or stand still, excepted. */
  public void awaitReady() {
    awaitReady(nodes.stream().filter(RealCluster::runs).toList());
  }

  private void awaitReady(List<ServerProcess> running) {
    Await.until(READY_MOST, () -> running.stream().allMatch(this::isReady), () -> "not all are ready\n" + describe());
    awaitLeader();
  }

  private boolean isReady(ServerProcess node) {
    if (!node.isAlive()) {
      throw new IllegalStateException(node.id() + " ended before it was ready\n" + describe());
    }
    return status(node).map(NodeStatus::ready).orElse(false);
  }

  /**
   * Undoes what was done to the nodes: those that stand still go on, those that were told to end, or ended as they may, are started
   * again, and all are waited for.
   *
   * @throws IllegalStateException a node has ended by itself, which none should unless it {@link ServerProcess#mayEnd may}; one that
   *           was removed does: {@link #forget} it
   */
  public void restore() {
    nodes.stream().filter(ServerProcess::hasEndedByItself).findFirst().ifPresent(node -> {
      throw new IllegalStateException(
          node.id() + " has ended, and nobody told it to (if it was removed from the cluster, forget it)\n"
              + describe());
    });
    nodes.forEach(ServerProcess::resume);
    nodes.stream().filter(node -> node.isToldToEnd() || node.hasEndedAsAllowed()).forEach(ServerProcess::start);
    awaitReady();
  }

  /** Deletes every key. Locks, leases and sessions belong to clients, and stay as long as those. Nobody else may write meanwhile. */
  public void clear() {
    Kv kv = asking.unaryKv().withTimeout(CLEAR_MOST);
    for (List<KeyValue> last = lastOf(kv); !last.isEmpty(); last = lastOf(kv)) {
      kv.delete(KeyRange.from(last.get(last.size() - 1).key()));
    }
  }

  private static List<KeyValue> lastOf(Kv kv) {
    return kv
        .range(KeyRange.all(), RangeOption.descending(), RangeOption.keysOnly(), RangeOption.limit(CLEARED_AT_ONCE))
        .stream().toList();
  }

  /**
   * The hash of every node's state right after one and the same index, by node. No client may write meanwhile; sessions that are kept
   * alive may, and their entries go on.
   */
  public Map<String, StateHash> hashesAtOneIndex() {
    Map<String, String> addresses = nodes.stream()
        .collect(Collectors.toMap(ServerProcess::id, ServerProcess::address));
    return new StateHashes(asking, addresses).await(HASHES_MOST, this::describe);
  }

  /** How each node is, and what it said last. */
  public String describe() {
    List<String> lines = new ArrayList<>();
    for (ServerProcess node : nodes) {
      String says = status(node).map(status -> status.role() + ", term " + status.term() + ", applied "
          + status.appliedIndex() + ", ready " + status.ready()).orElse("no answer");
      lines.add(node + ": " + says);
      List<String> log = node.logText().lines().toList();
      log.subList(Math.max(0, log.size() - LAST_LINES), log.size()).forEach(line -> lines.add("    " + line));
    }
    return String.join("\n", lines);
  }

  /** Kills what still runs; data and logs stay. */
  @Override
  public void close() {
    List<ServerProcess> running = nodes.stream().filter(ServerProcess::isAlive).toList();
    running.forEach(ServerProcess::kill);
    running.forEach(node -> node.awaitEnd(END_MOST));
    asking.close();
  }
}
