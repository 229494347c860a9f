package io.balsa.bench.store;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Connections to one node, taken in turn. Safe for use by any thread. */
final class Channels {
  private static final int END_MOST_SECONDS = 5;

  private final List<ManagedChannel> channels;
  private final AtomicInteger next = new AtomicInteger();

  /** @param address host:port */
  Channels(String address, int connections) {
    channels = Stream.generate(() -> NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext()
        .directExecutor().build()).limit(connections).toList();
  }

  /** All of them, for stubs that are made once. */
  List<ManagedChannel> all() {
    return channels;
  }

  /** The number of the one whose turn it is. */
  int turn() {
    return (next.getAndIncrement() & Integer.MAX_VALUE) % channels.size();
  }

  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    try {
      for (ManagedChannel channel : channels) {
        if (!channel.awaitTermination(END_MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("a connection does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
