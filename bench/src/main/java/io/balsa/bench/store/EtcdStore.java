package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** etcd, from the PATH, as it is set up by itself. */
public final class EtcdStore extends StartedStore {
  /** The program. */
  public static final String PROGRAM = "etcd";
  private static final int CLIENTS = 0;
  private static final int PEERS = 1;
  /** More than its default of 2 GiB, which a long comparison would fill with the history of the keys. */
  private static final String QUOTA_BYTES = "8589934592";

  private EtcdStore(Path directory) {
    super(PROGRAM, NODES, PEERS + 1, directory);
  }

  /** @param directory of its data and logs */
  public static EtcdStore start(Path directory) {
    EtcdStore store = new EtcdStore(directory);
    store.startAll();
    return store;
  }

  @Override
  void start(int node) {
    String cluster = nodeNumbers().mapToObj(other -> name(other) + "=" + url(other, PEERS))
        .collect(Collectors.joining(","));
    nodes.start(node, List.of(PROGRAM, "--name", name(node), "--data-dir", directory.resolve(name(node)).toString(),
        "--listen-client-urls", url(node, CLIENTS), "--advertise-client-urls", url(node, CLIENTS),
        "--listen-peer-urls", url(node, PEERS), "--initial-advertise-peer-urls", url(node, PEERS), "--initial-cluster",
        cluster, "--quota-backend-bytes", QUOTA_BYTES, "--logger", "zap", "--log-level", "warn"),
        directory.resolve(name(node) + ".log"));
  }

  private static String name(int node) {
    return "etcd" + node;
  }

  private String url(int node, int which) {
    return "http://" + address(node, which);
  }

  @Override
  Standing standing(int node) {
    ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + address(node, CLIENTS)).usePlaintext().build();
    try {
      return EtcdClient.standing(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  @Override
  public Optional<Watchers> watchers(int count, String prefix) {
    return Optional.of(
        EtcdClient.watchers(nodeNumbers().mapToObj(node -> address(node, CLIENTS)).toList(), count, prefix));
  }

  @Override
  LoadClient connect(int node, int connections) {
    return new EtcdClient(address(node, CLIENTS), connections);
  }
}
