package io.balsa.client.rpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one RPC that carries renewals to one address, opened when it is needed. Confined to the client's thread.
 *
 * @param <Q>
 *          a renewal
 * @param <M>
 *          its answer
 */
final class RenewalCalls<Q, M> {
  private final ClientLoop loop;
  private final Connections connections;
  private final MethodDescriptor<Q, M> method;
  private final Consumer<M> answered;
  private final Runnable broken;
  private @Nullable Open open;

  /**
   * None is open yet.
   *
   * @param answered
   *          in a round
   * @param broken
   *          in a round; what was not answered may never be
   */
  RenewalCalls(ClientLoop loop, Connections connections, MethodDescriptor<Q, M> method, Consumer<M> answered,
      Runnable broken) {
    this.loop = loop;
    this.connections = connections;
    this.method = method;
    this.answered = answered;
    this.broken = broken;
  }

  void send(String address, Q request) {
    Open current = open;
    if (current != null && current.address.equals(address)) {
      current.call.sendMessage(request);
      return;
    }
    connections.connect(address, Connections.PATIENCE_NANOS, new Connections.Callback() {
      @Override
      public void connected(ManagedChannel channel) {
        Open already = open;
        if (already == null || !already.address.equals(address)) {
          close();
          already = new Open(address, channel);
          open = already;
          already.start();
        }
        already.call.sendMessage(request);
      }

      @Override
      public void failed(String problem) {
        loop.run(broken);
      }
    });
  }

  /** The address is not to be trusted any more. */
  void drop(String address) {
    Open current = open;
    if (current != null && current.address.equals(address)) {
      close();
    }
  }

  void close() {
    Open current = open;
    open = null;
    if (current != null) {
      current.call.cancel("abandoned", null);
    }
  }

  private final class Open extends ClientCall.Listener<M> {
    private final String address;
    private final ClientCall<Q, M> call;

    Open(String address, ManagedChannel channel) {
      this.address = address;
      this.call = channel.newCall(method, CallOptions.DEFAULT);
    }

    void start() {
      call.start(this, new Metadata());
      call.request(2);
    }

    @Override
    public void onMessage(M message) {
      loop.run(() -> {
        call.request(1);
        answered.accept(message);
      });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      loop.run(() -> {
        if (open == this) {
          open = null;
          broken.run();
        }
      });
    }
  }
}
