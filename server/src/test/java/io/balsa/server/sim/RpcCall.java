package io.balsa.server.sim;

import com.google.protobuf.Message;
import io.balsa.proto.v1.Error;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call as gRPC would carry it: messages in order both ways, flow control both ways, one end. The server's half is what its services
 * get from gRPC: a {@link ServerCallStreamObserver}, and the calls of a {@link StreamObserver} on the loop of the connection.
 */
final class RpcCall<Q extends Message, P extends Message> {
  /** The client's half; in events of the client. */
  interface Listener<P> {
    void message(P message);

    /** The end, once. */
    void closed(Error error);

    /** There is room again. */
    void ready();
  }

  private final Connection connection;
  private final Listener<P> listener;
  private final Function<StreamObserver<P>, StreamObserver<Q>> method;

  // The client's half.
  private int bytesToServer;
  private boolean overAtClient;
  private boolean cancelled;

  // The server's half; on its loop.
  private final Answers answers = new Answers();
  private final ArrayDeque<Q> arrived = new ArrayDeque<>();
  private @Nullable StreamObserver<Q> requests;
  private boolean manual;
  private int asked = 1;
  private boolean halfClosed;
  private boolean toldHalfClosed;
  private boolean overAtServer;
  private int bytesToClient;

  private RpcCall(Connection connection, Function<StreamObserver<P>, StreamObserver<Q>> method, Listener<P> listener) {
    this.connection = connection;
    this.method = method;
    this.listener = listener;
  }

  static <Q extends Message, P extends Message> RpcCall<Q, P> start(Connection connection,
      Function<StreamObserver<P>, StreamObserver<Q>> method, Listener<P> listener) {
    RpcCall<Q, P> call = new RpcCall<>(connection, method, listener);
    connection.add(call);
    connection.toServer(call::begin);
    return call;
  }

  /** A method with one request and one answer. */
  static <Q, P> Function<StreamObserver<P>, StreamObserver<Q>> unary(Unary<Q, P> method) {
    return observer -> new StreamObserver<>() {
      private @Nullable Q request;

      @Override
      public void onNext(Q message) {
        request = message;
      }

      @Override
      public void onError(Throwable broken) {
        // The client is gone before it asked.
      }

      @Override
      public void onCompleted() {
        method.call(Objects.requireNonNull(request), observer);
      }
    };
  }

  /** As grpc generates them. */
  interface Unary<Q, P> {
    void call(Q request, StreamObserver<P> observer);
  }

  // ---- the client's half

  boolean isReady() {
    return !overAtClient && bytesToServer < connection.wires().windowBytes();
  }

  void send(Q message) {
    if (overAtClient) {
      return;
    }
    bytesToServer += message.getSerializedSize();
    connection.toServer(() -> {
      if (!halfClosed) { // a client that does not know that it has said all goes on, and nobody hears it
        connection.traced("to server", message);
        arrived.add(message);
        pump();
      }
    });
  }

  void halfClose() {
    connection.toServer(this::clientDone);
  }

  /** Nothing more of it is wanted. */
  void cancel() {
    if (!overAtClient) {
      overAtClient = true;
      cancelled = true;
      connection.toServer(this::brokenAtServer);
    }
  }

  void brokenAtClient(String problem) {
    closeAtClient(Error.newBuilder().setCode(Status.Code.UNAVAILABLE.value()).setMessage(problem).build());
  }

  private void closeAtClient(Error error) {
    if (!overAtClient) {
      overAtClient = true;
      listener.closed(error);
    }
  }

  private void taken(int bytes) {
    boolean full = bytesToServer >= connection.wires().windowBytes();
    bytesToServer -= bytes;
    if (full && isReady()) {
      connection.wires().tally().add(ClientFault.CLIENT_HELD_UP);
      listener.ready();
    }
  }

  boolean isOver() {
    return overAtClient && overAtServer;
  }

  // ---- the server's half

  private void begin() {
    requests = method.apply(answers);
    answers.begun = true;
    pump();
  }

  private void pump() {
    StreamObserver<Q> receiver = requests;
    while (receiver != null && !overAtServer && !arrived.isEmpty() && asked > 0) {
      asked--;
      Q message = arrived.remove();
      connection.toClient(() -> taken(message.getSerializedSize()));
      receiver.onNext(message);
      if (!manual) {
        asked++;
      }
    }
    if (receiver != null && !overAtServer && arrived.isEmpty() && halfClosed && !toldHalfClosed) {
      toldHalfClosed = true;
      receiver.onCompleted();
    }
  }

  private void clientDone() {
    halfClosed = true;
    pump();
  }

  void halfClosedOnTheWay() {
    if (!overAtClient && !overAtServer) {
      connection.toServer(this::clientDone);
    }
  }

  /** The client cancelled it, or the connection broke. */
  void brokenAtServer() {
    if (overAtServer) {
      return;
    }
    overAtServer = true;
    answers.cancelled = true;
    Runnable handler = answers.cancelHandler;
    if (handler != null) {
      handler.run();
    }
    if (requests != null && !toldHalfClosed) {
      requests.onError(Status.CANCELLED.asRuntimeException());
    }
  }

  private void answer(P message) {
    int bytes = message.getSerializedSize();
    bytesToClient += bytes;
    connection.toClient(() -> {
      connection.toServer(() -> roomAtServer(bytes));
      connection.traced("to client", message);
      if (!overAtClient) {
        listener.message(message);
      }
    });
  }

  private void roomAtServer(int bytes) {
    boolean full = bytesToClient >= connection.wires().windowBytes();
    bytesToClient -= bytes;
    Runnable handler = answers.readyHandler;
    if (full && bytesToClient < connection.wires().windowBytes() && handler != null && !overAtServer) {
      connection.wires().tally().add(ClientFault.SERVER_HELD_UP);
      handler.run();
    }
  }

  private void end(Error error) {
    if (overAtServer) {
      throw new IllegalStateException("a call is ended twice: " + error);
    }
    overAtServer = true;
    connection.toClient(() -> {
      if (!cancelled) {
        closeAtClient(error);
      }
    });
  }

  private final class Answers extends ServerCallStreamObserver<P> {
    private @Nullable Runnable cancelHandler;
    private @Nullable Runnable readyHandler;
    private boolean cancelled;
    private boolean begun;

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      mustNotHaveBegun();
      cancelHandler = handler;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      mustNotHaveBegun();
      readyHandler = handler;
    }

    /** For unary calls too: what they set after their request came is set before gRPC's own method returns. */
    private void mustNotHaveBegun() {
      if (begun && !toldHalfClosed) {
        throw new IllegalStateException("handlers are set when the call begins");
      }
    }

    @Override
    public void setCompression(String compression) {
      throw new UnsupportedOperationException("setCompression");
    }

    @Override
    public void setMessageCompression(boolean enable) {
      throw new UnsupportedOperationException("setMessageCompression");
    }

    @Override
    public boolean isReady() {
      return !overAtServer && bytesToClient < connection.wires().windowBytes();
    }

    @Override
    @Deprecated
    public void disableAutoInboundFlowControl() {
      disableAutoRequest();
    }

    @Override
    public void disableAutoRequest() {
      mustNotHaveBegun();
      manual = true;
      asked = 0;
    }

    @Override
    public void request(int count) {
      asked += count;
      // As gRPC does it: on the loop, and not within the call that asks.
      connection.onLoop(RpcCall.this::pump);
    }

    @Override
    public void onNext(P message) {
      if (overAtServer && !cancelled) {
        throw new IllegalStateException("a message after the end");
      }
      if (!cancelled) {
        answer(message);
      }
    }

    @Override
    public void onError(Throwable failure) {
      Error error = GrpcStatus.error(failure);
      if (error.getCode() == Status.Code.INTERNAL.value()) {
        connection.services().defect(error, failure);
      }
      if (!cancelled) {
        end(error);
      }
    }

    @Override
    public void onCompleted() {
      if (!cancelled) {
        end(Error.newBuilder().setCode(Status.Code.UNAVAILABLE.value())
            .setMessage("the server ended the call without a reason").build());
      }
    }
  }
}
