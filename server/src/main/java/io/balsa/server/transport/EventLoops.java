package io.balsa.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The threads that do network I/O; they never wait for a disk (E2). Peers have one of their own, so that no client's traffic
 * delays a heartbeat.
 *
 * @param acceptor takes new connections
 * @param workers  clients' connections, and those of peers that dial --listen or --peer-listen
 * @param peers    one thread: the links that this node dials
 */
public record EventLoops(EventLoopGroup acceptor, EventLoopGroup workers, EventLoopGroup peers,
    Class<? extends ServerChannel> serverChannel, Class<? extends Channel> channel) implements AutoCloseable {

  private static final int WORKERS_MAX = 8;
  private static final long STOP_MILLIS_MAX = 2_000;

  public static EventLoops start(String name) {
    boolean epoll = Epoll.isAvailable();
    int workers = Math.max(2, Math.min(WORKERS_MAX, Runtime.getRuntime().availableProcessors()));
    return new EventLoops(group(1, name + "-accept", epoll), group(workers, name + "-net", epoll),
        group(1, name + "-peers", epoll), epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
        epoll ? EpollSocketChannel.class : NioSocketChannel.class);
  }

  private static EventLoopGroup group(int threads, String name, boolean epoll) {
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
  }

  /** Ends the threads once what was queued on them has run. */
  @Override
  public void close() {
    List<Future<?>> ends = new ArrayList<>();
    for (EventLoopGroup group : List.of(acceptor, workers, peers)) {
      ends.add(group.shutdownGracefully(0, STOP_MILLIS_MAX, TimeUnit.MILLISECONDS));
    }
    ends.forEach(end -> end.awaitUninterruptibly(STOP_MILLIS_MAX));
  }
}
