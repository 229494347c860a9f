package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Trouble.Loss;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Trouble made by proxies, one for each two ends of which one dials the other. A connection carries bytes both ways, and a link is about
 * those that flow its way, on connections that either end has made.
 *
 * <p>A cut keeps what is sent from being read, so that nothing of it is lost, as TCP would send it again; who dials meets a proxy that
 * takes the connection and says nothing. With {@link Trouble.HalfClose} the receiver reads the end of what was sent, on connections that
 * are there and on new ones, and what the sender sends nevertheless is dropped; healing does not open again what was closed. A loss of
 * packets cannot be made: no proxy sees one. All is done on one thread, the event loop. Thread-safe.
 */
final class ProxyNetwork implements Network, AutoCloseable {
  private static final int DIAL_MOST_MILLIS = 5000;
  private static final Duration DONE_MOST = Duration.ofSeconds(30);

  private final ProxyAddresses addresses;
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("proxies", true),
      NioIoHandler.newFactory());
  private final Map<Link, Line> lines = new HashMap<>();
  private final Map<String, Upstream> upstreams = new HashMap<>();
  private final Set<Integer> nodes = new TreeSet<>();

  ProxyNetwork(ProxyAddresses addresses) {
    this.addresses = addresses;
  }

  /** Connects a node with those that are there, and the clients with it. Nothing is done for one that is connected. */
  void join(int number) {
    onLoop(() -> {
      if (!nodes.add(number)) {
        return;
      }
      List<Link> links = new ArrayList<>(List.of(new Link(Link.CLIENTS, NodeIds.of(number))));
      nodes.stream().filter(other -> other != number).forEach(other -> {
        links.add(new Link(NodeIds.of(number), NodeIds.of(other)));
        links.add(new Link(NodeIds.of(other), NodeIds.of(number)));
      });
      links.forEach(this::openProxy);
    });
  }

  private void openProxy(Link link) {
    Upstream upstream = upstreams.computeIfAbsent(link.to(), to -> {
      Upstream created = new Upstream(dialling(), addresses.target(link));
      created.look();
      return created;
    });
    new LinkProxy(listening(), addresses.proxy(link), upstream, line(link), line(link.back())).open();
  }

  private Line line(Link link) {
    return lines.computeIfAbsent(link, created -> new Line());
  }

  private Bootstrap dialling() {
    return new Bootstrap().group(loop).channel(NioSocketChannel.class).handler(new Unheard())
        .option(ChannelOption.AUTO_READ, false).option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, DIAL_MOST_MILLIS);
  }

  private ServerBootstrap listening() {
    return new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true).childOption(ChannelOption.TCP_NODELAY, true);
  }

  /** For a bootstrap wants a handler: who hears a connection is known when it is there. */
  private static final class Unheard extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }
  }

  @Override
  public boolean can(Class<? extends Trouble> kind) {
    return kind != Loss.class;
  }

  @Override
  public void make(Link link, Trouble trouble) {
    if (!can(trouble.getClass())) {
      throw new IllegalStateException(trouble + " cannot be made by proxies");
    }
    requireEnd(link.from());
    requireEnd(link.to());
    onLoop(() -> line(link).set(trouble));
  }

  private static void requireEnd(String end) {
    if (!end.equals(Link.CLIENTS)) {
      NodeIds.number(end);
    }
  }

  @Override
  public void heal() {
    onLoop(() -> lines.values().forEach(line -> line.set(null)));
  }

  private void onLoop(Runnable task) {
    try {
      loop.submit(task).get(DONE_MOST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the proxies could not do it, or it cannot be told whether they did", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Closes all proxies and connections. */
  @Override
  public void close() {
    if (!loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(DONE_MOST.toMillis())) {
      throw new IllegalStateException("the proxies do not end");
    }
  }
}
