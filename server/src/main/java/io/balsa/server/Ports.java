package io.balsa.server;

import io.balsa.server.config.HostPort;
import io.balsa.server.config.ServerConfig;
import io.balsa.server.grpc.CallerInterceptor;
import io.balsa.server.identity.StartRefused;
import io.balsa.server.transport.EventLoops;
import io.balsa.server.transport.PeerService;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The ports that other processes connect to: one for clients and peers, or one for each. */
final class Ports {
  /** Above every limit of ours, so that whoever exceeds one is told which by us, and not by gRPC. */
  private static final int INBOUND_BYTES_MAX = 8 << 20;
  private static final int FLOW_WINDOW_BYTES = 2 << 20;
  private static final long GRACE_MILLIS = 300;
  private static final long STOP_MILLIS_MAX = 2_000;

  private final List<Server> servers;

  private Ports(List<Server> servers) {
    this.servers = servers;
  }

  static Ports open(ServerConfig config, EventLoops loops, List<BindableService> forClients, PeerService forPeers)
      throws StartRefused {
    List<Server> servers = new ArrayList<>();
    HostPort peerListen = config.peerListen();
    try {
      NettyServerBuilder clients = builder(config.listen(), loops);
      CallerInterceptor caller = new CallerInterceptor();
      forClients.forEach(service -> clients.addService(ServerInterceptors.intercept(service, caller)));
      if (peerListen == null) {
        clients.addService(forPeers);
      }
      servers.add(started(clients, "--listen", config.listen()));
      if (peerListen != null) {
        servers.add(started(builder(peerListen, loops).addService(forPeers), "--peer-listen", peerListen));
      }
      return new Ports(servers);
    } catch (StartRefused e) {
      servers.forEach(Server::shutdownNow);
      throw e;
    }
  }

  private static NettyServerBuilder builder(HostPort listen, EventLoops loops) {
    return NettyServerBuilder.forAddress(listen.resolve()).bossEventLoopGroup(loops.acceptor())
        .workerEventLoopGroup(loops.workers()).channelType(loops.serverChannel()).directExecutor()
        .withOption(ChannelOption.SO_REUSEADDR, true).maxInboundMessageSize(INBOUND_BYTES_MAX)
        .flowControlWindow(FLOW_WINDOW_BYTES)
        // A client or peer whose host vanished must not hold a stream for ever.
        .keepAliveTime(10, TimeUnit.SECONDS).keepAliveTimeout(5, TimeUnit.SECONDS)
        .permitKeepAliveTime(1, TimeUnit.SECONDS).permitKeepAliveWithoutCalls(true);
  }

  private static Server started(NettyServerBuilder builder, String flag, HostPort listen) throws StartRefused {
    try {
      return builder.build().start();
    } catch (IOException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof BindException || String.valueOf(t.getMessage()).contains("Address already in use")) {
          throw new StartRefused(flag + " " + listen + " cannot be used: " + t.getMessage()
              + ". Stop the process that listens there, or give another address of this machine", e);
        }
      }
      throw new StartRefused(flag + " " + listen + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** No new calls; those under way have a moment to end, streams are cut then. */
  void close() throws InterruptedException {
    for (Server server : servers) {
      server.shutdown();
    }
    for (Server server : servers) {
      server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      server.shutdownNow();
      server.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
  }
}
