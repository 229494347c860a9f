package io.balsa.client.rpc;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.session.WatchCore;
import io.balsa.client.routing.NodeSearch;
import io.balsa.client.watch.WatchCalls;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchGrpc;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The watches of one client: each a {@link WatchCore} with a gRPC call, and a line of callbacks of its own. */
final class WatchConnections implements WatchCalls {
  /** What a listener may have been told and not have taken before its call is let go. */
  private static final long UNTAKEN_BYTES_MAX = 4 << 20;

  private static final Error CLOSED = Errors.error(ErrorCode.CANCELLED, Errors.CLIENT_CLOSED, "the client is closed");

  private final ClientLoop loop;
  private final Connections connections;
  private final Supplier<NodeSearch> searches;
  private final Executor callbacks;
  private final Duration timeout;
  /** Hears of every first answer: where it came from, and what it was. In a round. */
  private final BiConsumer<String, Object> answers;
  private final Set<Running> running = new LinkedHashSet<>();
  private boolean closed;

  /** @param callbacks may block */
  WatchConnections(ClientLoop loop, Connections connections, Supplier<NodeSearch> searches, Executor callbacks,
      Duration timeout, BiConsumer<String, Object> answers) {
    this.loop = loop;
    this.connections = connections;
    this.searches = searches;
    this.callbacks = callbacks;
    this.timeout = timeout;
    this.answers = answers;
  }

  @Override
  public Runnable watch(WatchRequest request, Sink sink) {
    Running watch = new Running(request, sink);
    loop.run(watch::begin);
    return () -> loop.run(watch::close);
  }

  @Override
  public <T> T await(CompletableFuture<T> future) {
    return Waiting.await(loop, future, false);
  }

  @Override
  public <T> CompletableFuture<T> within(CompletableFuture<T> future, Supplier<String> problem) {
    CompletableFuture<T> bounded = future.copy();
    loop.after(loop.deadline(timeout, 0) - loop.now(), () -> {
      if (!bounded.isDone()) {
        callbacks.execute(() -> bounded.completeExceptionally(Errors.deadline(problem.get(), false)));
      }
    });
    return bounded;
  }

  /** Ends every watch. In a round. */
  void close() {
    closed = true;
    List.copyOf(running).forEach(watch -> watch.end(CLOSED));
  }

  private final class Running implements WatchCore.Port {
    private final Sink sink;
    private final Executor told = new SerialCallbacks(callbacks);
    private final WatchCore core;
    private @Nullable ClientCall<WatchRequest, WatchResponse> call;
    private @Nullable ManagedChannel channel;
    private long opened;
    private long wakeAt = Long.MAX_VALUE;

    Running(WatchRequest request, Sink sink) {
      this.sink = sink;
      this.core = new WatchCore(request, searches, UNTAKEN_BYTES_MAX, this);
    }

    // ---- in a round

    void begin() {
      if (closed) {
        end(CLOSED);
        return;
      }
      running.add(this);
      core.begin(loop.now());
      proceed();
    }

    void close() {
      running.remove(this);
      core.close();
    }

    void end(Error why) {
      close();
      ended(why);
    }

    private void proceed() {
      long at = core.wakeAt();
      if (at < wakeAt) {
        wakeAt = at;
        loop.after(Math.max(0, at - loop.now()), () -> {
          if (wakeAt == at) {
            wakeAt = Long.MAX_VALUE;
          }
          core.tick(loop.now());
          proceed();
        });
      }
    }

    // ---- what the core asks for

    @Override
    public void open(long attempt, String address, WatchRequest request) {
      opened = attempt;
      connections.connect(address, Connections.PATIENCE_NANOS, new Connections.Callback() {
        @Override
        public void connected(ManagedChannel connected) {
          if (opened == attempt) {
            start(attempt, address, connected, request);
          }
        }

        @Override
        public void failed(String problem) {
          loop.run(() -> {
            core.failed(loop.now(), attempt, Errors.unreachable(problem), false);
            proceed();
          });
        }
      });
    }

    private void start(long attempt, String address, ManagedChannel connected, WatchRequest request) {
      ClientCall<WatchRequest, WatchResponse> started = connected.newCall(WatchGrpc.getWatchMethod(),
          CallOptions.DEFAULT);
      call = started;
      channel = connected;
      started.start(new ClientCall.Listener<>() {
        private boolean heard;

        @Override
        public void onMessage(WatchResponse response) {
          boolean first = !heard;
          heard = true;
          loop.run(() -> {
            if (first) {
              answers.accept(address, response);
            }
            if (core.response(loop.now(), attempt, response)) {
              started.request(1);
            }
            proceed();
          });
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
          Error error = status.isOk()
              ? Errors.unreachable(address + " ended the watch")
              : GrpcErrors.error(status, trailers);
          loop.run(() -> {
            core.failed(loop.now(), attempt, error, true);
            proceed();
          });
        }
      }, new Metadata());
      started.request(1);
      started.sendMessage(request);
      started.halfClose();
    }

    @Override
    public void abandon(long attempt) {
      opened = 0;
      ClientCall<WatchRequest, WatchResponse> old = call;
      call = null;
      if (old != null) {
        old.cancel("not wanted any more", null);
      }
    }

    @Override
    public void distrust(String address) {
      ManagedChannel doubted = channel;
      if (doubted != null) {
        connections.renew(address, doubted);
      }
    }

    // ---- what is told

    @Override
    public void connected(String address, long revision, boolean resumed) {
      told.execute(() -> sink.connected(address, revision, resumed));
    }

    @Override
    public void disconnected(String address, String reason) {
      told.execute(() -> sink.disconnected(address, reason));
    }

    @Override
    public void notOpened(String address, String reason) {
      told.execute(() -> sink.notOpened(address, reason));
    }

    @Override
    public void events(List<Event> events) {
      told.execute(() -> {
        sink.events(events);
        loop.run(() -> {
          core.taken(loop.now());
          proceed();
        });
      });
    }

    @Override
    public void complete(long revision) {
      told.execute(() -> sink.complete(revision));
    }

    @Override
    public void ended(Error why) {
      running.remove(this);
      told.execute(() -> sink.ended(why));
    }
  }
}
