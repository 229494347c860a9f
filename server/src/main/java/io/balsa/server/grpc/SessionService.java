package io.balsa.server.grpc;

import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.CloseSessionResponse;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.storage.state.Limits;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Sessions: opened, closed, kept alive, and their streams ({@link SessionStream}). */
public final class SessionService extends SessionGrpc.SessionImplBase {
  private static final long TTL_MILLIS_DEFAULT = 10_000;

  private final Serving serving;
  private final RequestChecks checks;
  private final long ttlMillisMin;
  private final Supplier<Loop> loops;

  /** @param ttlMillisMin a session that asks for less gets this */
  SessionService(Serving serving, RequestChecks checks, long ttlMillisMin, Supplier<Loop> loops) {
    this.serving = serving;
    this.checks = checks;
    this.ttlMillisMin = ttlMillisMin;
    this.loops = loops;
  }

  @Override
  public void open(OpenSessionRequest request, StreamObserver<OpenSessionResponse> observer) {
    UnaryAnswer<OpenSessionResponse> answer = new UnaryAnswer<>(observer, loops.get());
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
      return;
    }
    long asked = request.getTtlMillis() == 0 ? TTL_MILLIS_DEFAULT : request.getTtlMillis();
    if (asked < 0 || asked > Limits.TTL_MILLIS_MAX) {
      answer.fail(
          Errors.error(Reason.BAD_REQUEST, "a session lives at most " + Limits.TTL_MILLIS_MAX + " ms after a renewal,"
              + " not " + Long.toUnsignedString(asked)));
      return;
    }
    Proposals.propose(group, Commands.openSession(Math.max(asked, ttlMillisMin)), answer,
        (served, result) -> OpenSessionResponse.newBuilder().setHeader(served.header(result.getRevision()))
            .setSessionId(result.getOpenedSession().getSessionId())
            .setTtlMillis(result.getOpenedSession().getTtlMillis())
            .build());
  }

  @Override
  public void close(CloseSessionRequest request, StreamObserver<CloseSessionResponse> observer) {
    UnaryAnswer<CloseSessionResponse> answer = new UnaryAnswer<>(observer, loops.get());
    Group group = serving.group();
    if (group == null) {
      answer.fail(serving.notFormed());
    } else {
      Proposals.propose(group, Commands.closeSession(request.getSessionId()), answer,
          (served, result) -> CloseSessionResponse.newBuilder().setHeader(served.header(result.getRevision())).build());
    }
  }

  @Override
  public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<KeepAliveResponse> observer) {
    return new KeepAliveCall<>(serving, KeepAliveMessages.OF_SESSIONS, observer, loops.get());
  }

  @Override
  public StreamObserver<ClientFrame> stream(StreamObserver<ServerFrame> observer) {
    ServerCallStreamObserver<ServerFrame> call = (ServerCallStreamObserver<ServerFrame>) observer;
    Group group = serving.group();
    return group == null ? refuse(call, serving.notFormed())
        : new SessionStreamCall(group, checks, CallerInterceptor.current(), call, loops.get());
  }

  private static StreamObserver<ClientFrame> refuse(ServerCallStreamObserver<ServerFrame> call, Error why) {
    call.setOnCancelHandler(() -> {
    });
    call.onError(Errors.exception(why));
    return new StreamObserver<>() {
      @Override
      public void onNext(ClientFrame frame) {
        // answered already
      }

      @Override
      public void onError(Throwable broken) {
        // answered already
      }

      @Override
      public void onCompleted() {
        // answered already
      }
    };
  }
}
