package io.balsa.bench.store;

import com.google.protobuf.ByteString;
import io.balsa.bench.load.LoadClient;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
  public Optional<Watchers> watchers(int count, String prefix) {
    byte[] request = WatchRequest.newBuilder()
        .setRange(KeyRange.newBuilder().setStart(ByteString.copyFromUtf8(prefix)).setEnd(Watchers.endOf(prefix)))
        .build()
        .toByteArray();
    return Optional.of(new Watchers(cluster.nodes().stream().map(ServerProcess::address).toList(), count,
        RawBytes.method(MethodDescriptor.MethodType.SERVER_STREAMING, WatchGrpc.getWatchMethod().getFullMethodName()),
        request, WatchResponse.EVENTS_FIELD_NUMBER));
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
