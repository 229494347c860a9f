package io.balsa.jepsen.site;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.util.function.Consumer;

/** Hands a connection on as soon as it is there. */
@Sharable
final class Arrival extends ChannelInboundHandlerAdapter {
  private final Consumer<SocketChannel> arrived;

  Arrival(Consumer<SocketChannel> arrived) {
    this.arrived = arrived;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.pipeline().remove(this);
    arrived.accept((SocketChannel) context.channel());
  }
}
