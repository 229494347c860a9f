package io.balsa.client.fake;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Watches at a fake node: each a thread that looks at the model's history again and again. */
final class FakeWatchService extends WatchGrpc.WatchImplBase {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeWatchService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    ServerCallStreamObserver<WatchResponse> call = (ServerCallStreamObserver<WatchResponse>) observer;
    call.setOnCancelHandler(() -> {});
    Thread thread = new Thread(() -> watch(request, call), "fake watch at " + node.id());
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(WatchRequest request, ServerCallStreamObserver<WatchResponse> call) {
    ModelStore store = cluster.store();
    long through = (request.getStartRevision() == 0 ? store.revision() + 1 : request.getStartRevision()) - 1;
    if (through + 1 < store.compacted()) {
      call.onError(FakeNode.status(
          Errors.error(ErrorCode.OUT_OF_RANGE, Errors.COMPACTED, "compacted up to " + store.compacted())));
      return;
    }
    say(call, through, List.of());
    while (!call.isCancelled()) {
      LockSupport.parkNanos(LOOK_NANOS);
      while (!node.isSilent() && !call.isCancelled() && call.isReady() && through < store.revision()) {
        through++;
        List<Event> events = store.events(through, request.getRange()).stream()
            .filter(event -> event.getType() == Event.Type.PUT ? !request.getNoPuts() : !request.getNoDeletes())
            .map(event -> request.getPrevKv() ? event : event.toBuilder().clearPrevKv().build()).toList();
        if (!events.isEmpty()) {
          say(call, through, events);
        }
      }
    }
  }

  private void say(ServerCallStreamObserver<WatchResponse> call, long through, List<Event> events) {
    if (!node.isSilent()) {
      call.onNext(
          WatchResponse.newBuilder().setHeader(node.header()).setRevision(through).addAllEvents(events).build());
    }
  }
}
