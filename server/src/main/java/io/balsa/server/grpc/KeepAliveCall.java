package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One client's KeepAlives, for any number of sessions or leases. Each is answered when its renewal is applied (T5). A bounded
 * number is under way; beyond that the call is not read.
 */
final class KeepAliveCall<Q, P> implements StreamObserver<Q> {
  private static final int UNDER_WAY_MAX = 1_024;

  private final Serving serving;
  private final KeepAliveMessages<Q, P> messages;
  private final ServerCallStreamObserver<P> call;
  private final Loop loop;
  private int underWay;
  private boolean clientDone;

  KeepAliveCall(Serving serving, KeepAliveMessages<Q, P> messages, StreamObserver<P> observer, Loop loop) {
    this.serving = serving;
    this.messages = messages;
    this.call = (ServerCallStreamObserver<P>) observer;
    this.loop = loop;
    call.disableAutoRequest();
    call.setOnCancelHandler(() -> {
    });
    call.request(UNDER_WAY_MAX);
  }

  @Override
  public void onNext(Q request) {
    Group group = serving.group();
    if (group == null) {
      loop.execute(() -> {
        underWay++;
        answer(messages.failed(request, ResponseHeader.getDefaultInstance(), serving.notFormed()));
      });
      return;
    }
    loop.execute(() -> underWay++);
    group.renewals().renew(messages.id(request), messages.lowestAwaited(request), new RenewalCallback() {
      @Override
      public void renewed(long revision, long ttlMillis) {
        loop.execute(() -> answer(messages.renewed(request, group.header(revision), ttlMillis)));
      }

      @Override
      public void gone() {
        failed(messages.gone(request));
      }

      @Override
      public void failed(Error error) {
        loop.execute(() -> answer(messages.failed(request, group.header(), error)));
      }
    });
  }

  private void answer(P response) {
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
