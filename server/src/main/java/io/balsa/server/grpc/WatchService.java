package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.balsa.server.watch.WatchHub;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Watches, each a call; at any node. {@link WatchCall} is one of them, {@link WatchHub} knows what each is told. */
public final class WatchService extends WatchGrpc.WatchImplBase {
  private final Serving serving;
  private final RequestChecks checks;
  private final Supplier<Loop> loops;

  WatchService(Serving serving, RequestChecks checks, Supplier<Loop> loops) {
    this.serving = serving;
    this.checks = checks;
    this.loops = loops;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    WatchCall call = new WatchCall(request, (ServerCallStreamObserver<WatchResponse>) observer, loops.get());
    Error wrong = checks.check(CallerInterceptor.current(), request);
    Group group = serving.group();
    if (wrong != null) {
      call.fail(wrong);
    } else if (group == null) {
      call.fail(serving.notFormed());
    } else if (group.watches().count() >= WatchHub.WATCHES_MAX) {
      call.fail(Errors.tooManyWaiting(group.self(), WatchHub.WATCHES_MAX, "changes"));
    } else {
      call.begin(group);
    }
  }
}
