package io.balsa.client.rpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One channel for each address, and nothing sent on one that is not connected: so a call that fails to connect is known not
 * to have been sent. A channel that failed is thrown away, because gRPC would wait a second or more before it tries again.
 * Confined to the client's thread.
 */
final class Connections {
  /**
   * How long a call waits for one connection before it looks at the other nodes. The connection goes on being made, and the
   * node is preferred once it is there; so this may be short, and a slow start is no failure.
   */
  static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  /** How long a distrusted channel may finish what is under way on it. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  interface Callback {
    void connected(ManagedChannel channel);

    void failed(String problem);
  }

  private final ClientLoop loop;
  private final Function<String, ManagedChannel> factory;
  private final Consumer<String> onConnected;
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private boolean closed;

  /**
   * No channel yet.
   *
   * @param onConnected
   *          told of an address that is connected after those who asked for it had given up waiting
   */
  Connections(ClientLoop loop, Function<String, ManagedChannel> factory, Consumer<String> onConnected) {
    this.loop = loop;
    this.factory = factory;
    this.onConnected = onConnected;
  }

  /** Whether a call to this address would be sent at once. */
  boolean isConnected(String address) {
    ManagedChannel channel = channels.get(address);
    return channel != null && channel.getState(false) == ConnectivityState.READY;
  }

  /** Connects if need be; exactly one method of the callback is called, in a round, within the timeout. */
  void connect(String address, long timeoutNanos, Callback callback) {
    if (closed) {
      callback.failed("the client is closed");
      return;
    }
    ManagedChannel channel;
    try {
      channel = channels.computeIfAbsent(address, factory);
      if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
        discard(address, channel); // it failed while nobody looked
        channel = channels.computeIfAbsent(address, factory);
      }
    } catch (IllegalArgumentException e) {
      callback.failed("not an address: " + e.getMessage());
      return;
    }
    new Attempt(address, channel, callback).start(timeoutNanos);
  }

  /** Connects in the background, so that a failover finds the connection made. */
  void warm(String address) {
    connect(address, TimeUnit.SECONDS.toNanos(5), new Callback() {
      @Override
      public void connected(ManagedChannel channel) {}

      @Override
      public void failed(String problem) {}
    });
  }

  /** The next call to this address gets a fresh connection; what is under way on the old one may finish. */
  void renew(String address) {
    ManagedChannel channel = channels.get(address);
    if (channel != null) {
      renew(address, channel);
    }
  }

  /** As {@link #renew(String)}, unless this channel was replaced already. */
  void renew(String address, ManagedChannel channel) {
    if (channels.remove(address, channel)) {
      channel.shutdown();
      loop.after(LINGER_NANOS, channel::shutdownNow);
    }
  }

  void close() {
    closed = true;
    channels.values().forEach(ManagedChannel::shutdownNow);
    channels.clear();
  }

  private void discard(String address, ManagedChannel channel) {
    channels.remove(address, channel);
    channel.shutdownNow();
  }

  private final class Attempt {
    private final String address;
    private final ManagedChannel channel;
    private @Nullable Callback callback;

    Attempt(String address, ManagedChannel channel, Callback callback) {
      this.address = address;
      this.channel = channel;
      this.callback = callback;
    }

    void start(long timeoutNanos) {
      step();
      if (callback != null) {
        // The channel goes on connecting, so this address is preferred once it is there.
        loop.after(timeoutNanos,
            () -> fail("no connection within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms"));
      }
    }

    private void step() {
      Callback waiting = callback;
      ConnectivityState state = channel.getState(true);
      switch (state) {
        case READY -> {
          callback = null;
          if (waiting != null) {
            waiting.connected(channel);
          } else {
            onConnected.accept(address);
          }
        }
        case TRANSIENT_FAILURE -> {
          discard(address, channel);
          fail("no connection");
        }
        case SHUTDOWN -> fail("no connection");
        case IDLE, CONNECTING -> channel.notifyWhenStateChanged(state, () -> loop.run(this::step));
      }
    }

    private void fail(String problem) {
      Callback waiting = callback;
      callback = null;
      if (waiting != null) {
        waiting.failed(problem);
      }
    }
  }
}
