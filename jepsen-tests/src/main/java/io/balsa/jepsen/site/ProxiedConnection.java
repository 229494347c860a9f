package io.balsa.jepsen.site;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection through a proxy: the one that a dialler made to the proxy, and the one that the proxy made to the target for it. What
 * happens to one happens to the other, as soon as the lines between them let it. Lives on the event loop.
 */
final class ProxiedConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);

  private final SocketChannel near;
  private final SocketChannel far;
  private final Pipe there;
  private final Pipe back;
  private final Runnable targetLost;
  private boolean ended;

  /**
   * @param near the dialler's
   * @param far the target's
   * @param there from the dialler to the target
   * @param targetLost told when the target's end is gone
   */
  ProxiedConnection(SocketChannel near, SocketChannel far, Line there, Line back, Runnable targetLost) {
    this.near = near;
    this.far = far;
    this.there = new Pipe(there, near, far, this);
    this.back = new Pipe(back, far, near, this);
    this.targetLost = targetLost;
  }

  /** Both channels are connected, and nothing was read from them yet. */
  void open() {
    near.pipeline().addLast(new Side(there, back));
    far.pipeline().addLast(new Side(back, there));
    there.open();
    back.open();
    endIfDone();
  }

  /** Both peers are told of a reset. */
  void reset() {
    Pipe.reset(near);
    Pipe.reset(far);
    endIfDone();
  }

  private static void close(SocketChannel channel) {
    channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** Gives all up when both directions have ended, or both channels are gone. */
  void endIfDone() {
    if (ended) {
      return;
    }
    if (there.isDone() && back.isDone()) {
      close(near);
      close(far);
    }
    if (!near.isOpen() && !far.isOpen()) {
      ended = true;
      there.discard();
      back.discard();
    }
  }

  /** What is heard from one of the two channels. */
  private final class Side extends ChannelInboundHandlerAdapter {
    private final Pipe from;
    private final Pipe to;

    private Side(Pipe from, Pipe to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      from.take((ByteBuf) message);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      to.pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        from.sourceClosed();
        gone();
      }
    }

    /** Whatever it is, the connection is of no use any more. What is no reset, or the like, is a mistake in here. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (!(cause instanceof IOException)) {
        LOG.error("a proxy failed", cause);
      }
      from.sourceBroken();
      context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      from.sourceBroken();
      to.pump(); // what it holds has nowhere to go
      gone();
    }

    private void gone() {
      if (from == back) {
        targetLost.run();
      }
      endIfDone();
    }
  }
}
