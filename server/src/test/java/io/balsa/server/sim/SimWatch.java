package io.balsa.server.sim;

import io.balsa.client.error.Errors;
import io.balsa.client.session.WatchCore;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Event;
import io.balsa.proto.v1.WatchRequest;
import io.balsa.proto.v1.WatchResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One watch of a simulated client: the real logic of the SDK on a simulated connection. In rounds of its client. */
final class SimWatch implements WatchCore.Port {
  /** Little, so that a slow listener is let go now and then. */
  private static final long UNTAKEN_BYTES_MAX = 2_000;

  private final SimSdk sdk;
  private final Listener listener;
  private final WatchCore core;
  private @Nullable RpcCall<WatchRequest, WatchResponse> call;
  private long opened;
  private long wakeAt = Long.MAX_VALUE;
  private boolean over;

  /** What a user of the SDK hears. */
  interface Listener {
    void connected(long revision, boolean resumed);

    void events(List<Event> events);

    void ended(Error why);

    /** How long the listener is busy with what it was told. */
    long busyNanos();
  }

  SimWatch(SimSdk sdk, WatchRequest request, Listener listener) {
    this.sdk = sdk;
    this.listener = listener;
    this.core = new WatchCore(request, sdk.connections()::readSearch, UNTAKEN_BYTES_MAX, this);
    sdk.event(() -> {
      core.begin(sdk.now());
      proceed();
    });
  }

  void close() {
    over = true;
    sdk.event(core::close);
  }

  boolean isOver() {
    return over;
  }

  long through() {
    return core.through();
  }

  private void proceed() {
    long at = core.wakeAt();
    if (at < wakeAt) {
      wakeAt = at;
      sdk.after(Math.max(0, at - sdk.now()) + 1, () -> {
        if (wakeAt == at) {
          wakeAt = Long.MAX_VALUE;
        }
        core.tick(sdk.now());
        proceed();
      });
    }
  }

  @Override
  public void open(long attempt, String address, WatchRequest request) {
    opened = attempt;
    sdk.connections().connect(address, connection -> {
      if (opened != attempt) {
        return;
      }
      RpcCall<WatchRequest, WatchResponse> started = RpcCall.start(connection,
          RpcCall.unary((asked, observer) -> connection.services().watch().watch(asked, observer)),
          new RpcCall.Listener<>() {
            @Override
            public void message(WatchResponse response) {
              core.response(sdk.now(), attempt, response);
              proceed();
            }

            @Override
            public void closed(Error error) {
              core.failed(sdk.now(), attempt, error, true);
              proceed();
            }

            @Override
            public void ready() {
              // It sends nothing more.
            }
          });
      call = started;
      started.send(request);
      started.halfClose();
    }, problem -> {
      core.failed(sdk.now(), attempt, Errors.unreachable(problem), false);
      proceed();
    });
  }

  @Override
  public void abandon(long attempt) {
    opened = 0;
    RpcCall<WatchRequest, WatchResponse> old = call;
    call = null;
    if (old != null) {
      old.cancel();
    }
  }

  @Override
  public void distrust(String address) {
    sdk.connections().distrust(address);
  }

  @Override
  public void connected(String address, long revision, boolean resumed) {
    listener.connected(revision, resumed);
  }

  @Override
  public void disconnected(String address, String reason) {
    sdk.cluster().trace().add(sdk.name(), "watch lost", address + ": " + reason);
  }

  @Override
  public void notOpened(String address, String reason) {
    sdk.cluster().trace().add(sdk.name(), "watch not opened", address + ": " + reason);
  }

  @Override
  public void events(List<Event> events) {
    listener.events(events);
    sdk.after(listener.busyNanos(), () -> {
      core.taken(sdk.now());
      proceed();
    });
  }

  @Override
  public void complete(long revision) {
    // The core tells how far it is.
  }

  @Override
  public void ended(Error why) {
    over = true;
    listener.ended(why);
  }
}
