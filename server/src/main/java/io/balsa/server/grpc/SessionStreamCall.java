package io.balsa.server.grpc;

import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.ServerFrame;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session stream as a gRPC call, with inbound flow control by hand: a frame is read when the stream asks for one (S2). */
final class SessionStreamCall implements StreamObserver<ClientFrame>, StreamWire {
  private static final Logger log = LoggerFactory.getLogger(SessionStreamCall.class);

  private final ServerCallStreamObserver<ServerFrame> call;
  private final Loop loop;
  private final SessionStream stream;

  SessionStreamCall(Group group, RequestChecks checks, Caller caller, ServerCallStreamObserver<ServerFrame> call,
      Loop loop) {
    this.call = call;
    this.loop = new GuardedLoop(loop, this::defect);
    this.stream = new SessionStream(group, checks, caller, this, this.loop);
    call.disableAutoRequest();
    call.setOnReadyHandler(() -> this.loop.execute(stream::onReady));
    call.setOnCancelHandler(() -> this.loop.execute(stream::onBroken));
    this.loop.execute(stream::start);
  }

  private void defect(RuntimeException e) {
    log.error("a session stream failed", e);
    stream.onBroken();
    if (!call.isCancelled()) {
      call.onError(Errors.exception(Errors.error(Reason.INTERNAL, "the stream failed: " + e)));
    }
  }

  // ---- from gRPC: on the loop already, in production; elsewhere brought there

  @Override
  public void onNext(ClientFrame frame) {
    loop.execute(() -> stream.onFrame(frame));
  }

  @Override
  public void onError(Throwable broken) {
    loop.execute(stream::onBroken);
  }

  @Override
  public void onCompleted() {
    loop.execute(stream::onClientDone);
  }

  // ---- to gRPC

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public void send(ServerFrame frame) {
    if (!call.isCancelled()) {
      call.onNext(frame);
    }
  }

  @Override
  public void readOne() {
    call.request(1);
  }

  @Override
  public void complete() {
    if (!call.isCancelled()) {
      call.onCompleted();
    }
  }
}
