package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** etcd, from the PATH, as it is set up by itself. */
public final class EtcdStore implements Store {
  /** The program. */
  public static final String PROGRAM = "etcd";
  private static final int NODES = 3;
  /** More than its default of 2 GiB, which a long comparison would fill with the history of the keys. */
  private static final String QUOTA_BYTES = "8589934592";

  private final Children nodes = new Children();
  private final int[] ports = Loopback.freePorts(2 * NODES);

  private final Path directory;

  private EtcdStore(Path directory) {
    this.directory = directory;
  }

  /** @param directory of its data and logs */
  public static EtcdStore start(Path directory) {
    EtcdStore store = new EtcdStore(directory);
    try {
      String cluster = Loopback.nodes(NODES).mapToObj(node -> name(node) + "=" + store.peers(node))
          .collect(Collectors.joining(","));
      Loopback.nodes(NODES).forEach(node -> store.nodes.start(node, List.of(PROGRAM, "--name", name(node), "--data-dir",
          directory.resolve(name(node)).toString(), "--listen-client-urls", store.clients(node),
          "--advertise-client-urls", store.clients(node), "--listen-peer-urls", store.peers(node),
          "--initial-advertise-peer-urls", store.peers(node), "--initial-cluster", cluster, "--quota-backend-bytes",
          QUOTA_BYTES, "--logger", "zap", "--log-level", "warn"), directory.resolve(name(node) + ".log")));
      store.nodes.await(PROGRAM, () -> store.leader().isPresent(), directory);
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static String name(int node) {
    return "etcd" + node;
  }

  private String address(int node) {
    return Loopback.HOST + ":" + ports[node - 1];
  }

  private String clients(int node) {
    return "http://" + address(node);
  }

  private String peers(int node) {
    return "http://" + Loopback.HOST + ":" + ports[NODES + node - 1];
  }

  private EtcdClient.Standing standing(int node) {
    ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + address(node)).usePlaintext().build();
    try {
      return EtcdClient.standing(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private OptionalInt leader() {
    return Loopback.nodes(NODES).filter(node -> standing(node) == EtcdClient.Standing.LEADS).findFirst();
  }

  private int knownLeader() {
    return leader().orElseThrow(() -> new IllegalStateException("etcd has no leader"));
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public LoadClient connect(Api api) {
    return new EtcdClient(address(knownLeader()), CONNECTIONS);
  }

  @Override
  public List<LoadClient> connectEach() {
    return Loopback.nodes(NODES).<LoadClient>mapToObj(node -> new EtcdClient(address(node), 1)).toList();
  }

  @Override
  public void killLeader() {
    nodes.kill(knownLeader());
  }

  @Override
  public void restartKilled() {
    int node = nodes.restartKilled();
    nodes.await(PROGRAM, () -> standing(node) != EtcdClient.Standing.NEITHER, directory);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
