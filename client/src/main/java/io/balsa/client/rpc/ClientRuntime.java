package io.balsa.client.rpc;

import io.balsa.client.kv.KvCalls;
import io.balsa.client.lease.LeaseCalls;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.client.routing.NodeSearch;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.session.ConnectionListener;
import io.balsa.client.session.SessionCore;
import io.balsa.client.session.SessionOptions;
import io.balsa.client.watch.WatchCalls;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.CloseSessionResponse;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SessionGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything of one client, wired. Safe for use by any thread. */
public final class ClientRuntime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClientRuntime.class);
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int INBOUND_BYTES_MAX = 64 * 1024 * 1024;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /**
   * What a client is made of.
   *
   * @param endpoints
   *          {@code host:port} each, at least one
   * @param reads
   *          where reads go that are calls of their own
   * @param callbacks
   *          runs what hangs on futures, and what listens to watches; empty: the client's thread, and threads for watches
   */
  public record Settings(List<String> endpoints, AddressResolver resolver, SessionOptions session, Duration timeout,
      ReadBalance reads, ConnectionListener listener, Optional<Executor> callbacks) {
    public Settings {
      endpoints = List.copyOf(endpoints);
    }
  }

  private final ClientLoop loop = new ClientLoop();
  private final Settings settings;
  private final Endpoints endpoints;
  private final Connections connections;
  private final SessionConnection session;
  private final SessionCore core;
  private final LeaderCalls leaderCalls;
  private final Executor callbacks;
  private final WatchConnections watches;
  /** Null: the user's executor runs what listens to watches. They may block, and each has one at a time. */
  private final @Nullable ExecutorService watchThreads;
  private final AtomicBoolean closed = new AtomicBoolean();

  public ClientRuntime(Settings settings) {
    this.settings = settings;
    callbacks = new Callbacks(settings.callbacks().orElse(Runnable::run));
    watchThreads = settings.callbacks().isPresent() ? null : watchThreads();
    RandomGenerator random = new SplittableRandom();
    Endpoints known = new Endpoints(settings.endpoints(), settings.resolver(), this::isConnected);
    endpoints = known;
    connections = new Connections(loop, this::channel, known::worked);
    Supplier<NodeSearch> searches = settings.reads().searches(endpoints, random);
    leaderCalls = new LeaderCalls(loop, connections, endpoints, searches, random, callbacks);
    MemberDiscovery discovery = new MemberDiscovery(loop, endpoints, connections, leaderCalls);
    leaderCalls.tells(discovery::seen);
    watches = new WatchConnections(loop, connections, searches,
        new Callbacks(watchThreads == null ? callbacks : watchThreads),
        settings.timeout(), discovery::seen);
    session = new SessionConnection(loop, connections, discovery);
    core = new SessionCore(settings.session(), new LeaderSearch(endpoints, random), session, new Listening());
    session.drives(core);
    loop.start(session);
  }

  /** None before there is something to run, and none for long after it. */
  private static ExecutorService watchThreads() {
    return Executors.newCachedThreadPool(new DefaultThreadFactory("balsa-watch", true));
  }

  private boolean isConnected(String address) {
    return connections.isConnected(address);
  }

  private ManagedChannel channel(String address) {
    return builder(address).eventLoopGroup(loop.group()).channelType(NioSocketChannel.class).directExecutor()
        .usePlaintext().withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .withOption(ChannelOption.TCP_NODELAY, true)
        // E1: nothing is sent twice behind our back.
        .disableRetry().maxInboundMessageSize(INBOUND_BYTES_MAX)
        // Beats tell of a dead session stream long before; this is for the other calls.
        .keepAliveTime(10, TimeUnit.SECONDS).keepAliveTimeout(2, TimeUnit.SECONDS).build();
  }

  private static NettyChannelBuilder builder(String address) {
    HostPort hostPort = HostPort.parse(address);
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(hostPort.host());
    if (literal == null) {
      return NettyChannelBuilder.forAddress(hostPort.host(), hostPort.port());
    }
    try {
      return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getByAddress(literal), hostPort.port()));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e); // its length is 4 or 16
    }
  }

  /** What `host:port` says; an IPv6 address stands in brackets. */
  private record HostPort(String host, int port) {
    static HostPort parse(String address) {
      try {
        URI uri = new URI("balsa://" + address);
        String host = uri.getHost();
        if (host != null && uri.getPort() > 0 && uri.getPort() <= 65_535 && uri.getPath().isEmpty()) {
          boolean bracketed = host.startsWith("[") && host.endsWith("]");
          return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, uri.getPort());
        }
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(address + ": write host:port", e);
      }
      throw new IllegalArgumentException(address + ": write host:port");
    }
  }

  /** Throws {@link IllegalArgumentException} unless this is {@code host:port}. */
  public static void checkAddress(String address) {
    HostPort.parse(address);
  }

  /** Leases. */
  public LeaseCalls leaseCalls() {
    return new SessionLeaseCalls(loop, core, kvCalls(), leaderCalls, callbacks, settings.timeout());
  }

  /** Locks. */
  public LockCalls lockCalls() {
    return new SessionLockCalls(loop, core, leaderCalls, callbacks, settings.timeout());
  }

  /** Watches. */
  public WatchCalls watchCalls() {
    return watches;
  }

  /** Through the session. */
  public KvCalls sessionCalls() {
    return kvCalls();
  }

  private SessionKvCalls kvCalls() {
    return new SessionKvCalls(loop, core, leaderCalls, callbacks, settings.timeout());
  }

  /** Without a session. */
  public KvCalls unaryCalls() {
    return new UnaryKvCalls(loop, leaderCalls, settings.timeout());
  }

  public LeaderCalls leaderCalls() {
    return leaderCalls;
  }

  /** Takes chunk after chunk of a node's snapshot, on the calling thread, until all has come. */
  public void download(String address, SaveSnapshotRequest request, Duration silence,
      SnapshotDownload.Sink sink) throws IOException {
    new SnapshotDownload(loop, connections, address).run(request, silence, sink);
  }

  /** Waits for a future of this client and throws what it ended with. */
  public <T> T await(CompletableFuture<T> future, boolean mutation) {
    return Waiting.await(loop, future, mutation);
  }

  /** The addresses known now: the configured ones and those learned. */
  public CompletableFuture<List<String>> endpoints() {
    CompletableFuture<List<String>> known = new CompletableFuture<>();
    loop.run(() -> known.complete(List.copyOf(endpoints.all())));
    return known;
  }

  /** An advertised address as this client dials it. */
  public String resolve(String advertised) {
    return endpoints.resolve(advertised);
  }

  /**
   * Ends every call that is under way, tells the cluster that the session is over (for at most a second), closes the
   * connections and ends the thread. A second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture<Void> told = new CompletableFuture<>();
    loop.run(() -> {
      long sessionId = core.sessionId();
      String leader = core.isReady() ? core.address() : null;
      session.close();
      if (sessionId == 0 || leader == null) {
        told.complete(null);
        return;
      }
      var unused = leaderCalls
          .ask(leader, SessionGrpc.getCloseMethod(), CloseSessionRequest.newBuilder().setSessionId(sessionId).build(),
              CloseSessionResponse::getHeader, CLOSE_TIMEOUT)
          .whenComplete((header, error) -> told.complete(null));
    });
    if (loop.inLoop()) {
      var unused = told.whenComplete((done, error) -> loop.run(this::end));
      return;
    }
    try {
      told.get(CLOSE_TIMEOUT.toMillis() + 500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("the session was not closed: it ends by its TTL", e);
    }
    loop.run(this::end);
  }

  private void end() {
    leaderCalls.close();
    watches.close();
    connections.close();
    loop.close();
    if (watchThreads != null) {
      watchThreads.shutdown();
    }
  }

  /** Keeps the other connections warm; passes everything on to the user's listener. */
  private final class Listening implements ConnectionListener {
    @Override
    public void connected(String endpoint) {
      // In an event of its own: the core is telling us in the middle of its work.
      loop.run(() -> {
        endpoints.readAtMembers();
        endpoints.all().forEach(connections::warm);
      });
      guarded(() -> settings.listener().connected(endpoint));
    }

    @Override
    public void disconnected(String endpoint, String reason) {
      guarded(() -> settings.listener().disconnected(endpoint, reason));
    }

    @Override
    public void sessionLost(long sessionId) {
      guarded(() -> settings.listener().sessionLost(sessionId));
    }

    @Override
    public void sessionExpired(long sessionId, String reason) {
      guarded(() -> settings.listener().sessionExpired(sessionId, reason));
    }

    private void guarded(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        log.warn("a connection listener failed", e);
      }
    }
  }
}
