package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** etcd, from the PATH, as it is set up by itself. */
public final class EtcdStore implements Store {
  /** The program. */
  public static final String PROGRAM = "etcd";
  private static final int NODES = 3;
  /** More than its default of 2 GiB, which a long comparison would fill with the history of the keys. */
  private static final String QUOTA_BYTES = "8589934592";

  private final Children nodes = new Children();
  private final int[] ports = Loopback.freePorts(2 * NODES);

  private EtcdStore() {}

  /** @param directory of its data and logs */
  public static EtcdStore start(Path directory) {
    EtcdStore store = new EtcdStore();
    try {
      String cluster = Loopback.nodes(NODES).mapToObj(node -> name(node) + "=" + store.peers(node))
          .collect(Collectors.joining(","));
      Loopback.nodes(NODES).forEach(node -> store.nodes.start(List.of(PROGRAM, "--name", name(node), "--data-dir",
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

  private Optional<String> leader() {
    return IntStream.rangeClosed(1, NODES).mapToObj(this::address).filter(address -> {
      ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().build();
      try {
        return EtcdClient.leads(channel);
      } finally {
        channel.shutdownNow();
      }
    }).findFirst();
  }

  @Override
  public List<Long> pids() {
    return nodes.pids();
  }

  @Override
  public LoadClient connect(Api api) {
    return new EtcdClient(leader().orElseThrow(() -> new IllegalStateException("etcd has no leader")));
  }

  @Override
  public void close() {
    nodes.close();
  }
}
