package io.balsa.server.grpc;

import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.balsa.raft.action.Rejection;
import io.balsa.server.watch.WatchSink;
import io.balsa.server.watch.WatchSpec;
import io.balsa.server.watch.WatchUpdate;
import io.balsa.server.watch.Watcher;
import io.balsa.storage.mvcc.ReadRefused;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One watch as a gRPC call. It takes the next update when the connection takes it. On its loop, but for what the hub calls. */
final class WatchCall implements WatchSink {
  private final WatchRequest request;
  private final ServerCallStreamObserver<WatchResponse> observer;
  private final Loop loop;
  private @Nullable Group group;
  private @Nullable Watcher watcher;
  /** The hub waits to hear that the connection takes one more. */
  private boolean wanted;
  private boolean ended;

  WatchCall(WatchRequest request, ServerCallStreamObserver<WatchResponse> observer, Loop loop) {
    this.request = request;
    this.observer = observer;
    this.loop = loop;
    observer.setOnCancelHandler(() -> loop.execute(this::left));
    observer.setOnReadyHandler(() -> loop.execute(this::askForNext));
  }

  void fail(Error error) {
    loop.execute(() -> {
      if (!ended && !observer.isCancelled()) {
        observer.onError(Errors.exception(error));
      }
      ended = true;
    });
  }

  /** "Now" is a moment of the cluster, so it takes a question (R3); whoever says where to begin needs none. */
  void begin(Group served) {
    if (request.getStartRevision() != 0) {
      loop.execute(() -> open(served, request.getStartRevision()));
      return;
    }
    served.fresh().read(Consistency.getDefaultInstance(), 0, new FreshReads.Outcome() {
      @Override
      public void ready() {
        long start = served.reads().revision() + 1;
        loop.execute(() -> open(served, start));
      }

      @Override
      public void refused(Error why) {
        fail(why);
      }
    });
  }

  private void open(Group served, long start) {
    if (ended) {
      return;
    }
    group = served;
    wanted = true;
    observer.onNext(WatchResponse.newBuilder().setHeader(served.header()).setRevision(start - 1).build());
    watcher = served.watches().begin(WatchSpec.of(request), start, this);
    askForNext();
  }

  private void askForNext() {
    Watcher asking = watcher;
    if (wanted && !ended && asking != null && observer.isReady()) {
      wanted = false;
      asking.ready();
    }
  }

  private void left() {
    ended = true;
    Watcher leaving = watcher;
    if (leaving != null) {
      leaving.end();
    }
  }

  // ---- from the hub

  @Override
  public void send(WatchUpdate update) {
    loop.execute(() -> {
      Group served = group;
      if (!ended && served != null && !observer.isCancelled()) {
        observer.onNext(WatchResponse.newBuilder().setHeader(served.header()).setRevision(update.through())
            .addAllEvents(update.events()).setMore(update.more()).build());
        wanted = true;
        askForNext();
      }
    });
  }

  @Override
  public void compacted(ReadRefused why) {
    fail(Errors.refused(why));
  }

  @Override
  public void left(Why why) {
    loop.execute(() -> {
      Group served = group;
      if (served != null) {
        fail(switch (why) {
          case NO_LEADER -> Errors.noLeader(served.self());
          case STOPPING -> Errors.rejected(Rejection.STOPPING, served.self());
        });
      }
    });
  }

  @Override
  public void later(Runnable task, long delayNanos) {
    loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }
}
