package io.balsa.jepsen.site;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection through a proxy: what the source's peer sends is written to the sink as the {@link Line} lets it,
 * ends included. It takes in no more than it can hold, so a peer that does not read is felt by the one that sends. Lives on the event
 * loop.
 */
final class Pipe {
  /** A delayed line needs what is sent within the delay; beside it this is as small as the buffers of the kernel. */
  private static final int HELD_MOST = 1 << 20;

  /** How a peer ended what it sends. */
  private enum End {
    NOT,
    /** No more bytes (FIN). */
    CLOSED,
    /** The connection is gone (RST). */
    BROKEN
  }

  /** @param bytes null: this end in their stead */
  private record Piece(long arrived, @Nullable ByteBuf bytes, End end) {}

  private final Line line;
  private final SocketChannel source;
  private final SocketChannel sink;
  private final ProxiedConnection connection;
  private final ArrayDeque<Piece> held = new ArrayDeque<>();
  private int heldBytes;
  private End sourceEnd = End.NOT;
  private boolean sinkClosed;
  private boolean sinkShutDown;
  private boolean pumping;
  private boolean pumpAgain;
  private @Nullable Future<?> timer;

  Pipe(Line line, SocketChannel source, SocketChannel sink, ProxiedConnection connection) {
    this.line = line;
    this.source = source;
    this.sink = sink;
    this.connection = connection;
  }

  void open() {
    line.add(this);
  }

  /** These bytes have come. */
  void take(ByteBuf bytes) {
    held.add(new Piece(System.nanoTime(), bytes, End.NOT));
    heldBytes += bytes.readableBytes();
    pump();
  }

  /** The source's peer sends nothing more. */
  void sourceClosed() {
    end(End.CLOSED);
  }

  /** The source is gone. */
  void sourceBroken() {
    end(End.BROKEN);
  }

  private void end(End end) {
    if (end.compareTo(sourceEnd) > 0) {
      sourceEnd = end;
      held.add(new Piece(System.nanoTime(), null, end));
      pump();
    }
  }

  /** Nothing but a reset gets to the sink any more; its peer reads the end of what was sent. */
  void closeSink() {
    if (!sinkClosed) {
      sinkClosed = true;
      // behind all that is written already: a shutdown drops what is not flushed
      sink.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> shutDownSink());
    }
  }

  private void shutDownSink() {
    sink.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    sinkShutDown = true;
    connection.endIfDone();
  }

  /** The trouble is {@link Trouble.Reset}. */
  void resetBothEnds() {
    connection.reset();
  }

  /** Whether the peer of the sink has got everything, its end included. */
  boolean isDone() {
    return sinkShutDown && sourceEnd != End.NOT && held.isEmpty();
  }

  /** Passes what can pass now, and sees to it that the rest does later. A write that changes whether one can write calls it again. */
  void pump() {
    pumpAgain = true;
    if (pumping) {
      return;
    }
    pumping = true;
    long wait = 0;
    while (pumpAgain) {
      pumpAgain = false;
      wait = passAll();
      sink.flush();
    }
    pumping = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    if (wait > 0 && wait != Line.NEVER) {
      timer = Later.run(sink.eventLoop(), wait, this::pump);
    }
    source.config().setAutoRead(line.flows() && heldBytes < HELD_MOST);
  }

  /** How long the next piece has to wait; 0 if there is none, or the sink takes none. */
  private long passAll() {
    while (!held.isEmpty() && (sink.isWritable() || sinkClosed || !sink.isActive())) {
      Piece piece = held.element();
      long wait = sink.isActive() ? line.waitNanos(piece.arrived(), size(piece)) : 0;
      if (wait > 0) {
        return wait;
      }
      pass(piece);
    }
    return 0;
  }

  private static int size(Piece piece) {
    ByteBuf bytes = piece.bytes();
    return bytes == null ? 0 : bytes.readableBytes();
  }

  private void pass(Piece piece) {
    ByteBuf bytes = piece.bytes();
    if (bytes == null) {
      held.remove();
      if (piece.end() == End.BROKEN) {
        reset(sink);
      } else {
        closeSink();
      }
      return;
    }
    int size = bytes.readableBytes();
    boolean dropped = sinkClosed || !sink.isActive();
    int passed = dropped ? size : line.take(size);
    heldBytes -= passed;
    if (passed == size) {
      held.remove();
    }
    if (dropped) {
      bytes.release();
    } else {
      // a write that fails closes the channel, and that is noticed
      sink.write(passed == size ? bytes : bytes.readRetainedSlice(passed)).addListener(
          ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  /** Neither end has it any more. */
  void discard() {
    line.remove(this);
    if (timer != null) {
      timer.cancel(false);
    }
    for (Piece piece : held) {
      ByteBuf bytes = piece.bytes();
      if (bytes != null) {
        bytes.release();
      }
    }
    held.clear();
    heldBytes = 0;
  }

  /** Ends a connection so that its peer is told of a reset. */
  static void reset(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }
  }
}
