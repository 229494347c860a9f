package io.balsa.server.testing;

import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.server.BalsaServer;
import io.balsa.server.FailStop;
import io.balsa.server.config.ConfigException;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.config.Setting;
import io.balsa.server.identity.StartRefused;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One node of a {@link TestCluster}: its settings, the server if it runs, stubs to it. */
public final class TestNode implements AutoCloseable {
  public final String id;
  public final int port;
  public final Path data;
  public final Map<Setting, String> flags = new EnumMap<>(Setting.class);
  /** What FailStop said, and with which status it would have ended the process. */
  public final ByteArrayOutputStream fatal = new ByteArrayOutputStream();
  public final AtomicInteger exitStatus = new AtomicInteger(-1);
  private final ManagedChannel channel;
  private @Nullable BalsaServer server;

  /** One that forms a cluster with others. */
  public TestNode(String id, int port, Path data, String cluster) {
    this(id, port, data, Setting.CLUSTER, cluster);
  }

  /** @param way of the node into its cluster, --cluster or --join, with what stands behind it */
  public TestNode(String id, int port, Path data, Setting way, String given) {
    this.id = id;
    this.port = port;
    this.data = data;
    flags.put(Setting.ID, id);
    flags.put(Setting.DATA, data.toString());
    flags.put(Setting.LISTEN, address());
    flags.put(way, given);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().disableRetry().build();
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public ServerConfig config() throws ConfigException {
    return ServerConfig.load(flags, new TreeMap<>());
  }

  public TestNode start() throws ConfigException, StartRefused {
    server = BalsaServer.start(config(),
        new FailStop(new PrintStream(fatal, true, StandardCharsets.UTF_8), exitStatus::set));
    channel.resetConnectBackoff();
    return this;
  }

  public void stop() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  public boolean isRunning() {
    return server != null;
  }

  public BalsaServer server() {
    if (server == null) {
      throw new IllegalStateException(id + " does not run");
    }
    return server;
  }

  public String fatalText() {
    return fatal.toString(StandardCharsets.UTF_8);
  }

  public ManagedChannel channel() {
    channel.resetConnectBackoff();
    return channel;
  }

  public KvGrpc.KvBlockingStub kv() {
    return KvGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  public SessionGrpc.SessionBlockingStub sessions() {
    return SessionGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  public ClusterGrpc.ClusterBlockingStub cluster() {
    return ClusterGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  public StatusResponse status() {
    return cluster().status(StatusRequest.getDefaultInstance());
  }

  /** Whether it leads, as far as it knows. */
  public boolean leads() {
    return isRunning() && status().getRole() == Role.LEADER;
  }

  @Override
  public void close() {
    stop();
    channel.shutdownNow();
  }
}
