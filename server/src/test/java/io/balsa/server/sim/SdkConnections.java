package io.balsa.server.sim;

import com.google.protobuf.Message;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.NodeSearch;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.session.SessionCore;
import io.balsa.client.session.SessionPort;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.StreamHello;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transport of one simulated SDK, in place of its gRPC side: one connection for each address, the calls of its session. */
final class SdkConnections implements SessionPort {
  private static final long MILLIS = 1_000_000;
  /** How long a call waits for a connection before it looks elsewhere; the connection goes on being made. */
  private static final long PATIENCE_NANOS = 300 * MILLIS;
  private static final long LINGER_NANOS = 10_000 * MILLIS;

  private final SimSdk sdk;
  private final Wires wires;
  private final SessionWatch watch;
  private final Map<String, Channel> channels = new TreeMap<>();
  private final List<Connection> distrusted = new ArrayList<>();
  private @Nullable SessionCore driven;
  private @Nullable Endpoints endpoints;
  private @Nullable Supplier<NodeSearch> searches;
  private @Nullable RpcCall<?, ?> opening;
  private @Nullable RpcCall<ClientFrame, ServerFrame> stream;
  private final Renewals<KeepAliveRequest, KeepAliveResponse> keepAlives = new Renewals<>(
      (services, observer) -> services.session().keepAlive(observer), this::keptAlive,
      () -> core().keepAliveFailed());
  private final Renewals<LeaseKeepAliveRequest, LeaseKeepAliveResponse> leaseKeepAlives = new Renewals<>(
      (services, observer) -> services.lease().keepAlive(observer), this::leaseKeptAlive,
      () -> core().leaseKeepAliveFailed());

  /** What is known of one address: a connection, or that one is being made. */
  private final class Channel {
    private final String address;
    private final List<Waiting> waiting = new ArrayList<>();
    private @Nullable Connection connection;

    Channel(String address) {
      this.address = address;
      wires.connect(sdk, address, new Wires.Connecting() {
        @Override
        public void connected(Connection made) {
          sdk.event(() -> made(made));
        }

        @Override
        public void failed() {
          sdk.event(Channel.this::failed);
        }
      });
    }

    private void made(Connection made) {
      connection = made;
      boolean awaited = !waiting.isEmpty();
      List.copyOf(waiting).forEach(each -> each.connected(made));
      waiting.clear();
      if (!awaited) {
        Objects.requireNonNull(endpoints).worked(address);
      }
    }

    private void failed() {
      channels.remove(address, this);
      List.copyOf(waiting).forEach(each -> each.fail("no connection"));
      waiting.clear();
    }

    boolean isOver() {
      return connection != null && !connection.isOpenAtClient();
    }
  }

  private final class Waiting {
    private final Consumer<Connection> onConnected;
    private final Consumer<String> onFailed;
    private boolean over;

    Waiting(Consumer<Connection> onConnected, Consumer<String> onFailed) {
      this.onConnected = onConnected;
      this.onFailed = onFailed;
    }

    void connected(Connection connection) {
      if (!over) {
        over = true;
        onConnected.accept(connection);
      }
    }

    void fail(String problem) {
      if (!over) {
        over = true;
        // In an event of its own: the core has not yet returned from asking.
        sdk.event(() -> onFailed.accept(problem));
      }
    }
  }

  SdkConnections(SimSdk sdk, Wires wires, SessionWatch watch) {
    this.sdk = sdk;
    this.wires = wires;
    this.watch = watch;
  }

  void drive(SessionCore core, Endpoints known) {
    driven = core;
    endpoints = known;
    searches = ReadBalance.RANDOM.searches(known, sdk.random());
  }

  /** Where to watch next: at any node. */
  NodeSearch readSearch() {
    return Objects.requireNonNull(searches).get();
  }

  private SessionCore core() {
    return Objects.requireNonNull(driven);
  }

  boolean isConnected(String address) {
    Channel channel = channels.get(address);
    return channel != null && channel.connection != null && channel.connection.isOpenAtClient();
  }

  void connect(String address, Consumer<Connection> onConnected, Consumer<String> onFailed) {
    Channel known = channels.get(address);
    if (known != null && known.isOver()) {
      channels.remove(address);
    }
    Channel channel = channels.computeIfAbsent(address, Channel::new);
    Waiting waiting = new Waiting(onConnected, onFailed);
    if (channel.connection != null) {
      waiting.connected(channel.connection);
      return;
    }
    channel.waiting.add(waiting);
    sdk.after(PATIENCE_NANOS, () -> {
      channel.waiting.remove(waiting);
      waiting.fail("no connection within " + PATIENCE_NANOS / MILLIS + " ms");
    });
  }

  /** The end of a round. */
  void sendFrames() {
    RpcCall<ClientFrame, ServerFrame> open = stream;
    while (open != null && open.isReady()) {
      ClientFrame frame = core().nextFrame();
      if (frame == null) {
        return;
      }
      open.send(frame);
    }
  }

  // ---- what the core asks for

  @Override
  public void openSession(long attempt, String address, long ttlMillis) {
    connect(address, connection -> {
      if (attempt == core().attempt() && core().isConnecting()) {
        long sentAt = wires.timeline().now();
        RpcCall<OpenSessionRequest, OpenSessionResponse> call = RpcCall.start(connection,
            RpcCall.unary((request, observer) -> connection.services().session().open(request, observer)),
            new Incoming<>() {
              @Override
              public void message(OpenSessionResponse response) {
                watch.opened(response.getSessionId(), response.getTtlMillis(), sentAt);
                core().opened(attempt, response);
              }

              @Override
              public void closed(Error error) {
                core().failed(attempt, error);
              }
            });
        opening = call;
        call.send(OpenSessionRequest.newBuilder().setTtlMillis(ttlMillis).build());
        call.halfClose();
      }
    }, problem -> core().failed(attempt, Errors.unreachable(problem)));
  }

  @Override
  public void openStream(long attempt, String address, StreamHello hello) {
    connect(address, connection -> {
      if (attempt == core().attempt() && core().isConnecting()) {
        Function<StreamObserver<ServerFrame>, StreamObserver<ClientFrame>> method = observer -> connection.services()
            .session().stream(observer);
        RpcCall<ClientFrame, ServerFrame> call = RpcCall.start(connection, method, new Incoming<>() {
          @Override
          public void message(ServerFrame frame) {
            received(attempt, frame);
          }

          @Override
          public void closed(Error error) {
            core().failed(attempt, error);
          }
        });
        opening = call;
        stream = call;
        call.send(ClientFrame.newBuilder().setHello(hello).build());
      }
    }, problem -> core().failed(attempt, Errors.unreachable(problem)));
  }

  private void received(long attempt, ServerFrame frame) {
    switch (frame.getKindCase()) {
      case READY -> core().ready(attempt, frame.getReady());
      case REPLIES -> core().replies(attempt, frame.getReplies());
      case END -> {
        Error error = frame.getEnd().getError();
        abandon(attempt);
        core().failed(attempt, error);
      }
      case BEAT, KIND_NOT_SET -> core().beat(attempt);
    }
  }

  @Override
  public void abandon(long attempt) {
    RpcCall<?, ?> call = opening;
    opening = null;
    stream = null;
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void keepAlive(String address, KeepAliveRequest request) {
    watch.keepAlive(request, wires.timeline().now());
    keepAlives.send(address, request);
  }

  @Override
  public void keepLeaseAlive(String address, LeaseKeepAliveRequest request) {
    watch.keepAlive(request, wires.timeline().now());
    leaseKeepAlives.send(address, request);
  }

  private void keptAlive(KeepAliveResponse response) {
    if (!response.hasError()) {
      watch.answered(response);
    }
    core().keptAlive(response);
  }

  private void leaseKeptAlive(LeaseKeepAliveResponse response) {
    if (!response.hasError()) {
      watch.answered(response);
    }
    core().leaseKeptAlive(response);
  }

  /** The call that carries renewals to one address, as RenewalCalls has it. */
  private final class Renewals<Q extends Message, M extends Message> {
    private final BiFunction<NodeServices, StreamObserver<M>, StreamObserver<Q>> method;
    private final Consumer<M> answered;
    private final Runnable broken;
    private @Nullable RpcCall<Q, M> call;
    private String openTo = "";

    Renewals(BiFunction<NodeServices, StreamObserver<M>, StreamObserver<Q>> method, Consumer<M> answered,
        Runnable broken) {
      this.method = method;
      this.answered = answered;
      this.broken = broken;
    }

    void send(String address, Q request) {
      RpcCall<Q, M> open = call;
      if (open != null && openTo.equals(address)) {
        open.send(request);
        return;
      }
      connect(address, connection -> {
        RpcCall<Q, M> already = call;
        if (already == null || !openTo.equals(address)) {
          close();
          already = start(connection);
          call = already;
          openTo = address;
        }
        already.send(request);
      }, problem -> broken.run());
    }

    private RpcCall<Q, M> start(Connection connection) {
      List<RpcCall<Q, M>> started = new ArrayList<>();
      started
          .add(RpcCall.start(connection, observer -> method.apply(connection.services(), observer), new Incoming<>() {
            @Override
            public void message(M message) {
              answered.accept(message);
            }

            @Override
            public void closed(Error error) {
              if (started.contains(call)) {
                call = null;
                broken.run();
              }
            }
          }));
      return started.get(0);
    }

    void drop(String address) {
      if (openTo.equals(address)) {
        close();
      }
    }

    void close() {
      RpcCall<Q, M> open = call;
      call = null;
      if (open != null) {
        open.cancel();
      }
    }
  }

  @Override
  public void distrust(String address) {
    keepAlives.drop(address);
    leaseKeepAlives.drop(address);
    Channel channel = channels.remove(address);
    Connection connection = channel == null ? null : channel.connection;
    if (connection != null) {
      distrusted.add(connection);
      sdk.after(LINGER_NANOS, () -> {
        distrusted.remove(connection);
        connection.closeByClient();
      });
    }
  }

  /** The process ends: its kernel closes what it had open. */
  void end() {
    channels.values().stream().map(channel -> channel.connection).filter(Objects::nonNull)
        .forEach(Connection::closeByClient);
    distrusted.forEach(Connection::closeByClient);
  }

  private abstract static class Incoming<M> implements RpcCall.Listener<M> {
    @Override
    public void ready() {
      // The end of this round sends.
    }
  }
}
