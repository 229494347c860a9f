package io.balsa.jepsen.site;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy of the connections that one end makes to another. It listens while the target does, so that who dials a node that is down is
 * refused, as without a proxy; and while the line is cut either way, for then no refusal could come back: connections are taken and kept,
 * and dialled further when the line is whole. Lives on the event loop.
 */
final class LinkProxy {
  private static final Logger LOG = LoggerFactory.getLogger(LinkProxy.class);

  private static final long BIND_AGAIN_NANOS = 2_000_000;
  private static final int BIND_FAILURES_SAID = 500;

  private final ServerBootstrap listening;
  private final InetSocketAddress address;
  private final Upstream upstream;
  private final Line there;
  private final Line back;
  private final List<SocketChannel> kept = new ArrayList<>();
  private int bindFailures;
  private @Nullable Future<?> again;
  private @Nullable Channel listener;

  /**
   * @param listening makes listeners of which the connections are not read from yet; it is this proxy's own
   * @param address where to listen
   * @param there from the diallers to the target
   */
  LinkProxy(ServerBootstrap listening, InetSocketAddress address, Upstream upstream, Line there, Line back) {
    this.listening = listening.childHandler(new Arrival(this::arrived));
    this.address = address;
    this.upstream = upstream;
    this.there = there;
    this.back = back;
  }

  void open() {
    upstream.watch(this::update);
    there.watch(this::update);
    back.watch(this::update);
    update();
  }

  private boolean isCut() {
    return there.isCut() || back.isCut();
  }

  private void update() {
    boolean wanted = upstream.accepts() || isCut();
    if (wanted && listener == null) {
      listen();
    } else if (!wanted && listener != null) {
      listener.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
      listener = null;
    }
    if (!isCut()) {
      List<SocketChannel> free = List.copyOf(kept);
      kept.clear();
      free.forEach(this::arrived);
    }
  }

  private void listen() {
    if (again != null) {
      again.cancel(false);
    }
    ChannelFuture bound = listening.bind(address);
    Channel mine = bound.channel();
    listener = mine;
    bound.addListener(done -> {
      if (done.isSuccess()) {
        bindFailures = 0;
      } else if (mine.equals(listener)) {
        listener = null;
        bindFailed(done.cause());
        again = Later.run(mine.eventLoop(), BIND_AGAIN_NANOS, this::update);
      }
    });
  }

  /** A listener that was closed holds its address until the event loop has come round once more. */
  private void bindFailed(Throwable cause) {
    bindFailures++;
    if (bindFailures % BIND_FAILURES_SAID == 0) {
      LOG.error("a proxy cannot listen at {}; it tries again", address, cause);
    }
  }

  private void arrived(SocketChannel near) {
    if (there.isReset() || back.isReset()) {
      Pipe.reset(near);
    } else if (isCut()) {
      kept.add(near);
    } else {
      dial(near);
    }
  }

  private void dial(SocketChannel near) {
    ChannelFuture dialled = upstream.dial();
    dialled.addListener(done -> {
      if (done.isSuccess()) {
        new ProxiedConnection(near, (SocketChannel) dialled.channel(), there, back, upstream::look).open();
      } else {
        Pipe.reset(near);
        upstream.look();
      }
    });
  }
}
