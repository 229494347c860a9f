package io.balsa.server.transport;

import io.balsa.server.config.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

/**
 * Opens connections to peers. Each attempt has a channel of its own, so it is exactly one attempt, at once, with an outcome;
 * gRPC's own reconnecting with its long backoff is not used.
 */
final class PeerDialer {
  /** Larger than any frame that a node sends: one message above the bound of a frame. */
  static final int INBOUND_BYTES_MAX = 8 << 20;
  private static final int CONNECT_MILLIS_MAX = 1_000;

  private final EventLoops loops;

  PeerDialer(EventLoops loops) {
    this.loops = loops;
  }

  EventLoop loop() {
    return loops.peers().next();
  }

  ManagedChannel dial(HostPort address) {
    EventLoopGroup group = loops.peers();
    return NettyChannelBuilder.forAddress(address.host(), address.port()).eventLoopGroup(group)
        .channelType(loops.channel()).directExecutor().usePlaintext().disableRetry().proxyDetector(target -> null)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX).maxInboundMessageSize(INBOUND_BYTES_MAX)
        .build();
  }
}
