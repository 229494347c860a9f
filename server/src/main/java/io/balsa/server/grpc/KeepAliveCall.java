package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One client's KeepAlives, for any number of sessions. Each is answered when its renewal is applied (T5). A bounded number is
 * under way; beyond that the call is not read.
 */
final class KeepAliveCall implements StreamObserver<KeepAliveRequest> {
  private static final int UNDER_WAY_MAX = 1_024;

  private final Serving serving;
  private final ServerCallStreamObserver<KeepAliveResponse> call;
  private final Loop loop;
  private int underWay;
  private boolean clientDone;

  KeepAliveCall(Serving serving, ServerCallStreamObserver<KeepAliveResponse> call, Loop loop) {
    this.serving = serving;
    this.call = call;
    this.loop = loop;
    call.disableAutoRequest();
    call.setOnCancelHandler(() -> {
    });
    call.request(UNDER_WAY_MAX);
  }

  @Override
  public void onNext(KeepAliveRequest request) {
    Group group = serving.group();
    if (group == null) {
      loop.execute(() -> {
        underWay++;
        answer(failed(request, ResponseHeader.getDefaultInstance(), serving.notFormed()));
      });
      return;
    }
    loop.execute(() -> underWay++);
    group.renewals().renew(request.getSessionId(), request.getLowestAwaited(), new RenewalCallback() {
      @Override
      public void renewed(long revision, long ttlMillis) {
        loop.execute(() -> answer(KeepAliveResponse.newBuilder().setHeader(group.header(revision))
            .setSessionId(request.getSessionId()).setRequestId(request.getRequestId()).setTtlMillis(ttlMillis)
            .build()));
      }

      @Override
      public void failed(Error error) {
        loop.execute(() -> answer(KeepAliveCall.failed(request, group.header(), error)));
      }
    });
  }

  private static KeepAliveResponse failed(KeepAliveRequest request, ResponseHeader header, Error error) {
    return KeepAliveResponse.newBuilder().setHeader(header).setSessionId(request.getSessionId())
        .setRequestId(request.getRequestId()).setError(error).build();
  }

  private void answer(KeepAliveResponse response) {
    underWay--;
    if (call.isCancelled()) {
      return;
    }
    call.onNext(response);
    call.request(1);
    completeIfDone();
  }

  private void completeIfDone() {
    if (clientDone && underWay == 0 && !call.isCancelled()) {
      call.onCompleted();
    }
  }

  @Override
  public void onError(Throwable broken) {
    // The client is gone; its renewals that are under way do no harm.
  }

  @Override
  public void onCompleted() {
    loop.execute(() -> {
      clientDone = true;
      completeIfDone();
    });
  }
}
