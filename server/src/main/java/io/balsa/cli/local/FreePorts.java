package io.balsa.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback that nobody listens on. */
public final class FreePorts {
  // Below the range that the kernel takes the near ends of connections from: a node that is restarted must find its port free.
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;

  private FreePorts() {}

  /** This many different ones. Another program may take one before it is used; who starts a server there will hear it. */
  public static List<Integer> find(int count) {
    List<Integer> ports = new ArrayList<>();
    for (int attempt = 0; ports.size() < count && attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IllegalStateException("found no " + count + " free ports from " + LOWEST + " to " + HIGHEST);
    }
    return ports;
  }

  /** Whether a server could listen on this port of the loopback now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as servers do: a connection that lingers in TIME_WAIT is no obstacle
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
