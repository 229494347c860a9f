package io.balsa.junit.cluster;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Addresses of 127.0.0.0/8, all of which a Linux machine answers. A cluster takes a network of its own and a port of its own, so
 * that none has to be searched for, and those of two clusters are never the same, however many tests run at a time. The ports lie
 * below those that the near ends of connections get, so none is taken while a node is down.
 */
final class LoopbackAddresses {
  private static final int FIRST_PORT = 7101;
  private static final int PORTS = 20_000;

  private LoopbackAddresses() {}

  /** {@code host:port} for this many nodes, in a network and with a port drawn at random. */
  static List<String> draw(int nodes) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String network = "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".";
    int port = FIRST_PORT + random.nextInt(PORTS);
    return IntStream.rangeClosed(1, nodes).mapToObj(node -> network + node + ":" + port).toList();
  }

  /** The same network and port as of this address, behind as many as there are. */
  static String next(String address, int taken) {
    int port = address.lastIndexOf(':');
    return address.substring(0, address.lastIndexOf('.', port) + 1) + (taken + 1) + address.substring(port);
  }
}
