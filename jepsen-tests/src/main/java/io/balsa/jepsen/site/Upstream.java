package io.balsa.jepsen.site;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A target of proxies, and whether it takes connections. It is asked by a connection that is closed again: as often as {@link #LOOK_NANOS}
 * says while it refuses, and once when there is reason to think that it has ended. Lives on the event loop.
 */
final class Upstream {
  static final long LOOK_NANOS = 25_000_000;

  private final Bootstrap dialling;
  private final InetSocketAddress address;
  private final List<Runnable> watchers = new ArrayList<>();
  private boolean accepts;
  private boolean looking;
  private boolean lookAgain;
  private @Nullable Future<?> next;

  /** @param dialling makes connections that nothing is read from yet */
  Upstream(Bootstrap dialling, InetSocketAddress address) {
    this.dialling = dialling;
    this.address = address;
  }

  /** Called when {@link #accepts} has changed. */
  void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  /** Whether it took the last connection. At first it is taken for one that does not. */
  boolean accepts() {
    return accepts;
  }

  ChannelFuture dial() {
    return dialling.connect(address);
  }

  /** Looks now; what came up while a look was under way is not lost. */
  void look() {
    lookAgain = looking;
    if (!looking) {
      looking = true;
      if (next != null) {
        next.cancel(false);
      }
      dial().addListener((ChannelFutureListener) this::looked);
    }
  }

  private void looked(ChannelFuture dialled) {
    looking = false;
    if (dialled.channel().eventLoop().isShuttingDown()) {
      return;
    }
    boolean was = accepts;
    if (dialled.isSuccess()) {
      dialled.channel().close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
      accepts = true;
    } else if (dialled.cause() instanceof ConnectException) { // not a timeout: one that stands still refuses nothing
      accepts = false;
    }
    if (was != accepts) {
      watchers.forEach(Runnable::run);
    }
    if (lookAgain) {
      look();
    } else if (!accepts) {
      next = Later.run(dialled.channel().eventLoop(), LOOK_NANOS, this::look);
    }
  }
}
