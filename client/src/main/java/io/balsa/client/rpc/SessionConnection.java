package io.balsa.client.rpc;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.session.SessionCore;
import io.balsa.client.session.SessionPort;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.StreamHello;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC side of a {@link SessionCore}: opens sessions and streams where the core says, hands it what comes, and sends its
 * frames as fast as the stream takes them. Confined to the client's thread.
 */
final class SessionConnection implements SessionPort, ClientLoop.Rounds {
  private static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ClientLoop loop;
  private final Connections connections;
  private final MemberDiscovery discovery;
  private @Nullable SessionCore core;
  /** Of the attempt under way: what to cancel. */
  private @Nullable ClientCall<?, ?> opening;
  private @Nullable ClientCall<ClientFrame, ServerFrame> stream;
  private final RenewalCalls<KeepAliveRequest, KeepAliveResponse> keepAlives;
  private final RenewalCalls<LeaseKeepAliveRequest, LeaseKeepAliveResponse> leaseKeepAlives;

  SessionConnection(ClientLoop loop, Connections connections, MemberDiscovery discovery) {
    this.loop = loop;
    this.connections = connections;
    this.discovery = discovery;
    this.keepAlives = new RenewalCalls<>(loop, connections, SessionGrpc.getKeepAliveMethod(),
        response -> core().keptAlive(response), () -> core().keepAliveFailed());
    this.leaseKeepAlives = new RenewalCalls<>(loop, connections, LeaseGrpc.getKeepAliveMethod(),
        response -> core().leaseKeptAlive(response), () -> core().leaseKeepAliveFailed());
  }

  /** Before the first round. */
  void drives(SessionCore theCore) {
    core = theCore;
  }

  private SessionCore core() {
    SessionCore driven = core;
    if (driven == null) {
      throw new IllegalStateException("no core yet");
    }
    return driven;
  }

  // ---- rounds

  @Override
  public void begin(long now, long wallMillis) {
    core().tick(now, wallMillis);
  }

  @Override
  public long end() {
    core().proceed();
    ClientCall<ClientFrame, ServerFrame> open = stream;
    while (open != null && open.isReady()) {
      ClientFrame frame = core().nextFrame();
      if (frame == null) {
        break;
      }
      open.sendMessage(frame);
    }
    return core().wakeAt();
  }

  // ---- what the core asks for

  @Override
  public void openSession(long attempt, String address, long ttlMillis) {
    connect(attempt, address, channel -> {
      ClientCall<OpenSessionRequest, OpenSessionResponse> call = channel.newCall(SessionGrpc.getOpenMethod(),
          CallOptions.DEFAULT.withDeadlineAfter(OPEN_NANOS, TimeUnit.NANOSECONDS));
      opening = call;
      call.start(new Incoming<>() {
        @Override
        void message(OpenSessionResponse response) {
          core().opened(attempt, response);
        }

        @Override
        void closed(Error error) {
          core().failed(attempt, error);
        }
      }, new Metadata());
      call.request(2);
      call.sendMessage(OpenSessionRequest.newBuilder().setTtlMillis(ttlMillis).build());
      call.halfClose();
    });
  }

  @Override
  public void openStream(long attempt, String address, StreamHello hello) {
    connect(attempt, address, channel -> {
      ClientCall<ClientFrame, ServerFrame> call = channel.newCall(SessionGrpc.getStreamMethod(), CallOptions.DEFAULT);
      opening = call;
      stream = call;
      call.start(new Incoming<>() {
        @Override
        void message(ServerFrame frame) {
          call.request(1);
          seen(address, frame);
          received(attempt, frame);
        }

        @Override
        void closed(Error error) {
          core().failed(attempt, error);
        }

        @Override
        public void onReady() {
          loop.run(() -> {}); // the end of a round sends
        }
      }, new Metadata());
      call.request(2);
      call.sendMessage(ClientFrame.newBuilder().setHello(hello).build());
    });
  }

  private void seen(String address, ServerFrame frame) {
    switch (frame.getKindCase()) {
      case READY -> discovery.seen(address, frame.getReady().getHeader());
      case REPLIES -> discovery.seen(address, frame.getReplies().getHeader());
      case BEAT -> discovery.seen(address, frame.getBeat().getHeader());
      case END, KIND_NOT_SET -> {}
    }
  }

  private void received(long attempt, ServerFrame frame) {
    switch (frame.getKindCase()) {
      case READY -> core().ready(attempt, frame.getReady());
      case REPLIES -> core().replies(attempt, frame.getReplies());
      case BEAT -> core().beat(attempt);
      case END -> {
        Error error = frame.getEnd().getError();
        abandon(attempt);
        core().failed(attempt, error);
      }
      case KIND_NOT_SET -> core().beat(attempt); // a kind of a newer server: it lives
    }
  }

  private interface Start {
    void on(ManagedChannel channel);
  }

  private void connect(long attempt, String address, Start start) {
    connections.connect(address, Connections.PATIENCE_NANOS, new Connections.Callback() {
      @Override
      public void connected(ManagedChannel channel) {
        if (attempt == core().attempt() && core().isConnecting()) {
          start.on(channel);
        }
      }

      @Override
      public void failed(String problem) {
        // In an event of its own: the core has not yet returned from asking.
        loop.run(() -> core().failed(attempt, Errors.unreachable(problem)));
      }
    });
  }

  @Override
  public void abandon(long attempt) {
    ClientCall<?, ?> call = opening;
    opening = null;
    stream = null;
    if (call != null) {
      call.cancel("abandoned", null);
    }
  }

  @Override
  public void keepAlive(String address, KeepAliveRequest request) {
    keepAlives.send(address, request);
  }

  @Override
  public void keepLeaseAlive(String address, LeaseKeepAliveRequest request) {
    leaseKeepAlives.send(address, request);
  }

  @Override
  public void distrust(String address) {
    keepAlives.drop(address);
    leaseKeepAlives.drop(address);
    connections.renew(address);
  }

  void close() {
    core().close();
    keepAlives.close();
    leaseKeepAlives.close();
  }

  /** Brings what gRPC calls back with into rounds. */
  private abstract class Incoming<M> extends ClientCall.Listener<M> {
    abstract void message(M message);

    abstract void closed(Error error);

    @Override
    public void onMessage(M message) {
      loop.run(() -> message(message));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Error error = status.isOk()
          ? Errors.error(ErrorCode.UNAVAILABLE, "", "the server ended the call without a reason")
          : GrpcErrors.error(status, trailers);
      loop.run(() -> closed(error));
    }
  }
}
