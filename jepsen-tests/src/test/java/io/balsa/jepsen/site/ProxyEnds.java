package io.balsa.jepsen.site;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two nodes of a {@link ProxyNetwork} which are plain sockets: n1 listens, and n2 and clients dial it. */
final class ProxyEnds implements AutoCloseable {
  static final Link DIALLED = new Link("n2", "n1");
  static final int MOST_MILLIS = 10_000;
  /** How long nothing must arrive to be taken for nothing. */
  static final int QUIET_MILLIS = 150;
  private static final Duration MOST = Duration.ofMillis(MOST_MILLIS);

  final ProxyNetwork network;
  private final ProxyAddresses addresses = ProxyAddresses.draw();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocket server;

  ProxyEnds() {
    network = new ProxyNetwork(addresses);
    network.join(1);
    network.join(2);
  }

  /** One connection: what the dialler has, and what the target has. */
  record Pair(Socket near, Socket far) {
    static void send(Socket from, String text) throws IOException {
      from.getOutputStream().write(text.getBytes(US_ASCII));
    }

    /** What arrives next, of this length. */
    static String receive(Socket at, int length) throws IOException {
      at.setSoTimeout(MOST_MILLIS);
      return new String(at.getInputStream().readNBytes(length), US_ASCII);
    }

    /** Whether nothing at all arrives for a while. */
    static boolean isQuiet(Socket at) throws IOException {
      at.setSoTimeout(QUIET_MILLIS);
      try {
        at.getInputStream().read();
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      }
    }

    /** Whether a reset arrives. */
    static boolean isReset(Socket at) throws IOException {
      at.setSoTimeout(MOST_MILLIS);
      try {
        return at.getInputStream().read() == Integer.MIN_VALUE;
      } catch (SocketException e) {
        return String.valueOf(e.getMessage()).contains("reset");
      }
    }

    /** Its peer is told of a reset. */
    static void abort(Socket socket) throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** n1 listens. */
  void listen() throws IOException {
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(addresses.target(DIALLED));
    server.setSoTimeout(MOST_MILLIS);
  }

  /** n1 does not listen any more. */
  void stopListening() throws IOException {
    server.close();
  }

  /** What becomes of who dials. */
  private enum Dialled {
    LET_IN,
    REFUSED,
    /** It was let in and reset before it has seen that it was let in: {@code connect} says either, as the kernel is quick. */
    RESET
  }

  private Dialled dial(Socket socket, Link link) {
    try {
      socket.connect(addresses.proxy(link), MOST_MILLIS);
      return Dialled.LET_IN;
    } catch (ConnectException e) {
      return Dialled.REFUSED;
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("reset")) {
        return Dialled.RESET;
      }
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Dials n1 by its proxy, which refuses, or resets whom it has let in, until it knows that n1 listens. */
  Socket dial(Link link) {
    return Await.present(MOST, () -> {
      Socket socket = new Socket();
      open.add(socket);
      return dial(socket, link) == Dialled.LET_IN ? Optional.of(socket) : Optional.empty();
    }, () -> "the proxy lets nobody in");
  }

  /** Whether who dials n1 is refused. */
  boolean refuses(Link link) throws IOException {
    try (Socket socket = new Socket()) {
      return dial(socket, link) == Dialled.REFUSED;
    }
  }

  /** Whether who dials n1 is let in and reset. */
  boolean resets(Link link) throws IOException {
    try (Socket socket = new Socket()) {
      Dialled dialled = dial(socket, link);
      return dialled == Dialled.RESET || (dialled == Dialled.LET_IN && Pair.isReset(socket));
    }
  }

  void awaitRefusal(Link link) {
    Await.until(MOST, () -> {
      try {
        return refuses(link);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }, () -> "it does not refuse");
  }

  /** The next connection that n1 gets and that is said something on; the proxies look by connections that end at once. */
  Socket accept(String greeting) throws IOException {
    while (true) {
      Socket socket = server.accept();
      open.add(socket);
      if (Pair.receive(socket, greeting.length()).equals(greeting)) {
        return socket;
      }
    }
  }

  Pair connect() throws IOException {
    return connect(DIALLED);
  }

  Pair connect(Link link) throws IOException {
    Socket near = dial(link);
    Pair.send(near, "hello");
    return new Pair(near, accept("hello"));
  }

  /** Writes to n1, which does not read, until nothing more is taken for a while, and returns how much was. */
  long fillProxy(long most) throws IOException {
    try (SocketChannel channel = SocketChannel.open(addresses.proxy(DIALLED))) {
      channel.configureBlocking(false);
      ByteBuffer block = ByteBuffer.allocate(1 << 16);
      long written = 0;
      long last = System.nanoTime();
      while (written < most && System.nanoTime() - last < Duration.ofMillis(500).toNanos()) {
        block.clear();
        int more = channel.write(block);
        written += more;
        last = more > 0 ? System.nanoTime() : last;
        Thread.onSpinWait();
      }
      return written;
    }
  }

  @Override
  public void close() throws Exception {
    network.close();
    for (AutoCloseable socket : open) {
      socket.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
