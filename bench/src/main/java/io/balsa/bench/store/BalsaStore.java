package io.balsa.bench.store;

import io.balsa.bench.load.LoadClient;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.util.List;

/** Balsa, from its distribution, as it is set up by itself. */
public final class BalsaStore implements Store {
  private final RealCluster cluster;

  private BalsaStore(RealCluster cluster) {
    this.cluster = cluster;
  }

  /** @param directory of its data and logs */
  public static BalsaStore start(Path directory) {
    return new BalsaStore(RealCluster.start(directory, NODES));
  }

  @Override
  public List<Long> pids() {
    return cluster.nodes().stream().filter(ServerProcess::isAlive).map(ServerProcess::pid).toList();
  }

  @Override
  public LoadClient connect(Api api) {
    return api == Api.SESSION ? new BalsaSessionClient(cluster.client().build())
        : new BalsaUnaryClient(cluster.awaitLeader().address(), CONNECTIONS);
  }

  @Override
  public List<LoadClient> connectEach() {
    return cluster.nodes().stream().<LoadClient>map(node -> new BalsaUnaryClient(node.address(), 1)).toList();
  }

  @Override
  public void killLeader() {
    cluster.awaitLeader().kill();
  }

  @Override
  public void restartKilled() {
    cluster.restore();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
